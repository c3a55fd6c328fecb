/** Which finding a command is about. */
import { IFinding, Offer } from '../../shared/api/types';
import { offersFor } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { aimedAt } from './aim';
import { chooseFinding } from './choose-finding';
import { ICall } from '../../shared/cursor/cursor';

/** What a command is about: the finding at the cursor. Where there is none, or more than one, nobody guesses. */
export type IMeant = 'none' | 'cancelled' | IFinding;

/** The findings that the cursor, or what was pointed at, is in. */
export function findingsAt(notebook: INotebookFindings, call: ICall): IFinding[] {
  const places = notebook
    .inCell(call.cell)
    .map(finding => ({ finding, place: notebook.place(finding, call.source) }));
  return aimedAt(places, call.selection);
}

/** @param action - What is to be done; null for showing, which does nothing and needs no question. */
export async function findMeant(
  notebook: INotebookFindings,
  call: ICall,
  action: Offer | null,
  texts: IStrings
): Promise<IMeant> {
  const inCell = notebook.inCell(call.cell);
  const here = findingsAt(notebook, call);
  if (here.length === 1) {
    return here[0];
  }
  const offered = here.length ? here : inCell;
  const fitting = action ? offered.filter(finding => offersFor(finding).includes(action)) : offered;
  if (!fitting.length) {
    return 'none';
  }
  if (!action && fitting.length === 1) {
    return fitting[0];
  }
  const accept = action ? texts.action(action) : texts.show;
  return (await chooseFinding(fitting, accept, texts)) ?? 'cancelled';
}
