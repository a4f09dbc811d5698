// The histograms of a selection: a digit of |x| has up to 11 bits, and strips of bins are
// added up so that the search for a digit reads few numbers.

const BINS = 2048u;
const STRIP = 32u;
