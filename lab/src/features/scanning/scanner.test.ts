import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Scanner } from './scanner';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A scan that ends when the test says so. */
function slow() {
  const ends: (() => void)[] = [];
  const run = vi.fn(() => new Promise<void>(resolve => ends.push(resolve)));
  const end = async () => {
    ends.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { run, end };
}

test('scans once, some time after the last of several changes', async () => {
  const run = vi.fn(async () => undefined);
  const scanner = new Scanner(run, 400);
  scanner.touch();
  await vi.advanceTimersByTimeAsync(300);
  scanner.touch();
  await vi.advanceTimersByTimeAsync(399);
  expect(run).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(run).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(run).toHaveBeenCalledTimes(1);
});

test('scans now and then while changes never pause', async () => {
  const run = vi.fn(async () => undefined);
  const scanner = new Scanner(run, 400, 2000);
  for (let time = 0; time < 6000; time += 100) {
    scanner.touch();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(run.mock.calls.length).toBeGreaterThanOrEqual(2);
  expect(run.mock.calls.length).toBeLessThanOrEqual(3);
});

test('scans are at least the delay apart, and two seconds while no key is later than that', async () => {
  for (const gap of [40, 120, 249, 251, 400, 1000]) {
    const run = vi.fn(async () => undefined);
    const scanner = new Scanner(run, 250);
    for (let time = 0; time < 20_000; time += gap) {
      scanner.touch();
      await vi.advanceTimersByTimeAsync(gap);
    }
    const most = gap < 250 ? 20_000 / 2000 : Math.ceil(20_000 / gap);
    expect(run.mock.calls.length).toBeLessThanOrEqual(most);
    expect(run.mock.calls.length).toBeGreaterThan(0);
    scanner.dispose();
  }
});

test('what went out of sight before its time came is not scanned', async () => {
  const run = vi.fn(async () => undefined);
  let seen = true;
  const scanner = new Scanner(run, 400, 2000, () => seen);
  scanner.touch();
  seen = false;
  await vi.advanceTimersByTimeAsync(400);
  expect(run).not.toHaveBeenCalled();
  seen = true;
  scanner.touch();
  await vi.advanceTimersByTimeAsync(400);
  expect(run).toHaveBeenCalledTimes(1);
});

test('has one scan under way, and one more for all that changed meanwhile', async () => {
  const { run, end } = slow();
  const scanner = new Scanner(run, 400);
  scanner.touch();
  await vi.advanceTimersByTimeAsync(400);
  for (let time = 0; time < 3; time++) {
    scanner.touch();
    await vi.advanceTimersByTimeAsync(400);
  }
  expect(run).toHaveBeenCalledTimes(1);
  await end();
  expect(run).toHaveBeenCalledTimes(2);
  await end();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(run).toHaveBeenCalledTimes(2);
});

test('now() resolves only after a scan that began after the call', async () => {
  const { run, end } = slow();
  const scanner = new Scanner(run, 400);
  void scanner.now();
  let done = false;
  const asked = scanner.now().then(() => {
    done = true;
  });
  await end();
  expect(done).toBe(false);
  expect(run).toHaveBeenCalledTimes(2);
  await end();
  await asked;
  expect(done).toBe(true);
});

test('goes on after a scan that failed', async () => {
  const run = vi.fn(() => Promise.reject(new Error('refused')));
  const scanner = new Scanner(run, 400);
  await scanner.now();
  await scanner.now();
  expect(run).toHaveBeenCalledTimes(2);
});

test('does nothing after it was disposed', async () => {
  const run = vi.fn(async () => undefined);
  const scanner = new Scanner(run, 400);
  scanner.touch();
  scanner.dispose();
  scanner.touch();
  await scanner.now();
  await vi.advanceTimersByTimeAsync(1000);
  expect(run).not.toHaveBeenCalled();
});
