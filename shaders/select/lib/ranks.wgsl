// How many bits of a bitmap are set before a word, from three levels of prefix sums
// (bit_ranks): over the words of a run, the runs of a run of runs, and those. A kernel that
// uses this binds `ranks` and has the fields `rank_runs` and `rank_tops` in its `Params`. A
// difference of two ranks counts the bits between.

const RUN = 128u;

fn rank_before(word: u32) -> u32 {
  return ranks[word] + ranks[p.rank_runs + word / RUN] + ranks[p.rank_tops + word / (RUN * RUN)];
}
