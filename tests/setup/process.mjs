/**
 * Runs a command for `run.mjs`: output passes through without a terminal in between, so that no tool
 * draws spinners, and a command that hangs is ended with everything it started.
 */
import { spawn } from 'node:child_process';

/**
 * @param {readonly string[]} command program and its parameters
 * @param {{ cwd: string, env: Readonly<Record<string, string>>, minutes: number }} options
 * @returns {Promise<string | undefined>} what went wrong: an exit code, a signal, a time limit
 */
export function run([program = '', ...parameters], { cwd, env, minutes }) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that its browsers and workers can be ended with it.
      detached: process.platform !== 'win32',
    });
    child.stdout.pipe(process.stdout, { end: false });
    child.stderr.pipe(process.stderr, { end: false });

    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child);
    }, minutes * 60_000);
    const interrupt = () => {
      end(child);
      process.exit(130);
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);

    /** @param {string | undefined} problem */
    const settle = (problem) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      resolve(late ? `ended after its limit of ${minutes} minutes` : problem);
    };
    child.once('error', (error) => {
      settle(`could not be started: ${error.message}`);
    });
    child.once('close', (code, signal) => {
      settle(code === 0 ? undefined : signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function end(child) {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended in the meantime.
  }
}
