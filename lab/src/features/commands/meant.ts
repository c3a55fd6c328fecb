/** Which finding a command is about. */
import { Action, IFinding } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { aimedAt } from './aim';
import { chooseFinding } from './choose-finding';
import { ICall } from '../../shared/cursor/cursor';

/** What a command is about: the finding at the cursor. Where there is none, or more than one, nobody guesses. */
export type IMeant = 'none' | 'cancelled' | IFinding;

/** @param action - What is to be done; null for showing, which does nothing and needs no question. */
export async function findMeant(
  notebook: INotebookFindings,
  call: ICall,
  action: Action | null,
  texts: IStrings
): Promise<IMeant> {
  const inCell = notebook.inCell(call.cell);
  const places = inCell.map(finding => ({ finding, place: notebook.place(finding, call.source) }));
  const here = aimedAt(places, call.selection);
  if (here.length === 1) {
    return here[0];
  }
  const offered = here.length ? here : inCell;
  const fitting = action ? offered.filter(({ actions }) => actions.includes(action)) : offered;
  if (!fitting.length) {
    return 'none';
  }
  if (!action && fitting.length === 1) {
    return fitting[0];
  }
  const accept = action ? texts.action(action) : texts.show;
  return (await chooseFinding(fitting, accept, texts)) ?? 'cancelled';
}
