/** Hands a file to the browser as a download. */

/** Some browsers read the address after the click. */
const READ_BY_MS = 10_000;

export function download(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, READ_BY_MS);
}
