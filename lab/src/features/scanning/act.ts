/** What a finding offers, by name. */
import { IFinding, Offer } from '../../shared/api/types';
import type { INotebookFindings } from '../../shared/tokens/nbguard';

export function act(
  notebook: INotebookFindings,
  offer: Offer,
  finding: IFinding
): Promise<boolean> {
  switch (offer) {
    case 'move':
      return notebook.move(finding);
    case 'move-as':
      return notebook.moveAs(finding);
    case 'env':
      return notebook.env(finding);
    case 'allow':
      return notebook.allow(finding);
    case 'remove':
      return notebook.remove(finding);
    case 'clear-output':
      return notebook.clearOutput(finding);
  }
}
