// The sets of classes that terms of a row's loss range over; src/continual/stream/class-sets.ts has
// the same ids. Outputs lie in the order of their tasks, so most sets are ranges by the step's
// scalars; the bitmap of `batch` lies behind the planes of the records. A kernel that uses this
// binds `rows` and `step`.
//! use rows
//! use step

const SET_TASK = 1u;
const SET_BATCH = 2u;
const SET_PAST = 3u;
const SET_SEEN = 4u;

fn in_task(k: u32) -> bool {
  return k >= step.task_first && k < step.task_first + step.task_count;
}

fn in_set(id: u32, k: u32) -> bool {
  switch id {
    case SET_TASK: {
      return in_task(k);
    }
    case SET_BATCH: {
      return ((rows[ROW_PLANES * p.all_rows + k / 32u] >> (k % 32u)) & 1u) == 1u;
    }
    case SET_PAST: {
      return k < step.task_first;
    }
    case SET_SEEN: {
      return k < step.task_first + step.task_count;
    }
    default: {
      return true;
    }
  }
}
