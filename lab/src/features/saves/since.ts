/**
 * Refusals as data.
 *
 * Needs nothing of JupyterLab.
 */
import type { IRefusal } from '../../shared/api/types';

/** The time of today, or the day and the time; as it is where it is no date. */
export function sinceWhen(since: string, now: Date, language?: string): string {
  const then = new Date(since);
  if (Number.isNaN(then.getTime())) {
    return since;
  }
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return then.toDateString() === now.toDateString()
    ? then.toLocaleTimeString(language, time)
    : then.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}

export function sameRefusal(one: IRefusal | null, other: IRefusal | null): boolean {
  return (
    one === other ||
    (!!one &&
      !!other &&
      one.since === other.since &&
      one.reason === other.reason &&
      one.findings === other.findings)
  );
}
