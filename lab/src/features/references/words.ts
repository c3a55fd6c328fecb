/** What is said about a reference: its state, version and age, never its value. */
import { IReference } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';

/** `quantum/ionq#api_key`, with the mount where it isn't the default. */
export function nameOf(reference: IReference): string {
  const { mount, reference: name } = reference;
  return mount && mount !== 'secret' && !name.startsWith(`${mount}:`) ? `${mount}:${name}` : name;
}

/** `3 weeks ago`, in a language that the browser knows. */
export function ageOf(created: Date, now: Date, language: string | undefined): string {
  // Clocks differ: nothing was written in the future.
  const seconds = Math.min(0, (created.getTime() - now.getTime()) / 1000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60]
  ];
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) {
      return format.format(Math.trunc(seconds / length), unit);
    }
  }
  return format.format(Math.trunc(seconds), 'second');
}

/** When a version was written, and how long ago that is; empty where nobody knows. */
export function writtenOf(when: string | null, s: IStrings, language?: string): string {
  const created = when ? new Date(when) : null;
  return created && !Number.isNaN(created.getTime())
    ? s.created(created.toLocaleDateString(language), ageOf(created, new Date(), language))
    : '';
}

/** Version and age of what is in Vault; the reason where it isn't. */
export function detailsOf(
  found: Pick<IReference, 'state' | 'version' | 'created' | 'reason'>,
  s: IStrings,
  language?: string
): string {
  if (found.state !== 'ok') {
    return found.reason ?? '';
  }
  const version = found.version === null ? '' : s.version(found.version);
  return [version, writtenOf(found.created, s, language)].filter(Boolean).join(', ');
}
