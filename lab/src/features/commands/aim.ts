/**
 * Which findings a command is about.
 *
 * Needs nothing of JupyterLab.
 */
import type { IFinding } from '../../shared/api/types';
import type { IRange } from '../../shared/text/ranges';

/** A finding, and where it is in the source of its cell; null where it is elsewhere. */
export interface ISpot {
  readonly finding: IFinding;
  readonly place: IRange | null;
}

/**
 * The findings that the cursor is in, or at an end of, or that the selection shares text with. Of those that stand at
 * one place with one value there is one: it doesn't matter which is meant.
 */
export function aimedAt(spots: readonly ISpot[], selection: IRange | null): IFinding[] {
  if (!selection) {
    return [];
  }
  const { from, to } = selection;
  const touched = spots.filter(
    ({ place }) =>
      place &&
      (from === to ? place.from <= from && from <= place.to : place.from < to && from < place.to)
  );
  const things = new Map<string, IFinding>();
  for (const { finding, place } of touched) {
    const thing = `${finding.fingerprint} ${place?.from} ${place?.to}`;
    things.set(thing, things.get(thing) ?? finding);
  }
  return [...things.values()];
}
