/** What an arrow key asks for in two dimensions: [down, right], in single steps; null for any other key. */
export function arrowStep({ key }: KeyboardEvent): readonly [number, number] | null {
  switch (key) {
    case 'ArrowUp':
      return [-1, 0];
    case 'ArrowDown':
      return [1, 0];
    case 'ArrowLeft':
      return [0, -1];
    case 'ArrowRight':
      return [0, 1];
    default:
      return null;
  }
}
