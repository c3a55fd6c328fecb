/**
 * Commits that jupyterlab-git asked its server for and that failed, as the browser's list of requests tells them: the
 * extension itself tells nobody, and its dialog shows what a hook said as text.
 *
 * Needs nothing of JupyterLab. Safari doesn't say what a request was answered with: nothing is seen there.
 */

/** `git/<folder>/commit` below the server's address, the same in all versions. */
const COMMIT = /^git\/(.*\/)?commit$/;

/** Whether a request to this address with this answer is a commit that failed. */
export function isRefusedCommit(base: string, address: string, answered: number): boolean {
  const [path] = address.split(/[?#]/);
  return answered >= 400 && path.startsWith(base) && COMMIT.test(path.slice(base.length));
}

/** @param base - The server's address, with a slash at its end. */
export function onRefusedCommit(base: string, tell: () => void): void {
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      if (isRefusedCommit(base, entry.name, entry.responseStatus)) {
        tell();
      }
    }
  });
  observer.observe({ type: 'resource' });
}
