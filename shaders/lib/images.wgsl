// Raw images, [image][3][32][32] bytes packed in u32s. A set larger than one binding may be goes on
// in a second buffer, `stream1`, from image `stream_split` on.

const IMAGE_SIZE = 32u;
const IMAGE_WORDS = 768u;

fn stream_word(image: u32, word: u32, stream_split: u32) -> u32 {
  if (image < stream_split) {
    return stream0[image * IMAGE_WORDS + word];
  }
  return stream1[(image - stream_split) * IMAGE_WORDS + word];
}
