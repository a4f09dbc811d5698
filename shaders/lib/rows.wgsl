// The records of a batch's rows, one plane a field: field f of row r is word f · rows + r. The
// fields and their meaning are `ROW_FIELDS` and `StepRows` of src/continual/batch/batch-plan.ts, in
// the same order. A kernel may work on a part of the batch's rows: it binds `rows` and has, in its
// `Params`, first_row, where its own rows begin, and all_rows, those of the whole batch.

const ROW_SOURCE = 0u;
const ROW_INDEX = 1u;
const ROW_LABEL = 2u;
const ROW_CROSS_ENTROPY = 3u;
const ROW_MSE = 4u;
const ROW_KL = 5u;
const ROW_TEMPERATURE = 6u;
const ROW_CLASS_SET = 7u;
const ROW_LOGIT_SLOT = 8u;
const ROW_STORE_SLOT = 9u;
const ROW_BINARY = 10u;
const ROW_DISTANCE = 11u;
const ROW_HELD_SET = 12u;
const ROW_PLANES = 13u;

// Values of ROW_SOURCE: none (a padded row), the task's own images, the replay buffer.
const SOURCE_NONE = 0u;
const SOURCE_STREAM = 1u;
const SOURCE_BUFFER = 2u;
// −1: no slot.
const NO_SLOT = 0xffffffffu;

fn record(field: u32, row: u32) -> u32 {
  return rows[field * p.all_rows + p.first_row + row];
}
