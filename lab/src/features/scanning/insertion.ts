/** Puts the lookup of a secret into what is open. */
import { Notification } from '@jupyterlab/apputils';

import { lookup } from '../../shared/api/client';
import { IEdit } from '../../shared/api/types';
import { ISpot } from '../../shared/tokens/nbguard';
import { applyEdits } from './apply-edits';
import type { IActedOn, IHost } from './host';
import { tellError } from './tellings';

/** Inserts, goes there, and tells what went wrong; false where nothing was changed. */
export async function insertLookup(
  notebook: IActedOn,
  host: IHost,
  reference: string,
  at: ISpot
): Promise<boolean> {
  const { strings, settings } = host;
  const { model } = notebook.context;
  try {
    if (model.readOnly) {
      throw new Error(strings.readOnly);
    }
    const request = notebook.request();
    const answer = await lookup(host.serverSettings, request, reference, at, settings.style);
    applyEdits(model, request, answer.edits, true, strings);
    const end = endOf(answer.edits, at);
    const cell = { id: at.cell };
    await notebook.jumpTo({ cell, from: end, to: end, output: null });
    if (answer.variable) {
      Notification.info(strings.needsVariable(answer.variable, reference), { autoClose: 10_000 });
    }
    return true;
  } catch (error) {
    tellError(error instanceof Error ? error.message : String(error), strings);
    return false;
  }
}

/** Where the last edit of the cell ends once all are made. */
function endOf(edits: readonly IEdit[], at: ISpot): number {
  let grown = 0;
  let end = at.to;
  for (const { from, to, insert } of edits
    .filter(({ cell }) => cell === at.cell)
    .sort((one, other) => one.from - other.from)) {
    end = from + grown + insert.length;
    grown += insert.length - (to - from);
  }
  return end;
}
