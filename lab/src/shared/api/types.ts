/** What goes to the server and comes from it, by the names that the front end uses; `openapi.yaml` says what each is. */
import type { components, operations } from './api.generated';

type Schemas = components['schemas'];

/** The answer of an operation that worked. */
export type Answer<Operation extends keyof operations> =
  operations[Operation]['responses'][200]['content']['application/json'];

/** A finding. It never holds the value; `match` shows a prefix and the length. */
export type IFinding = Schemas['Finding'];
export type Severity = Schemas['Severity'];
export type Kind = Schemas['Kind'];
export type Action = Schemas['Action'];
/** What people are offered: the server's actions, and moving under a name that is asked for. */
export type Offer = Action | 'move-as';
export type IWaiver = Schemas['Waiver'];

/** How the generated lookup is written: `secret(…)`, `os.environ[…]`, or an hvac call. */
export type Style = Schemas['Style'];

/** Replace the UTF-16 units from `from` to `to` of a cell's source. */
export type IEdit = Schemas['Edit'];

/** A lookup in a cell, and whether it resolves. */
export type IReference = Schemas['Reference'];
export type ReferenceState = IReference['state'];

/** What is in Vault, as names, or why there is nothing to tell. */
export type ISecrets = Schemas['Secrets'];
export type ISecret = Schemas['Secret'];
export type IVersion = Schemas['Version'];
export type ILoginRequest = Schemas['LoginRequest'];
export type ILookupRequest = Schemas['LookupRequest'];
export type ILookup = Answer<'lookup'>;

export type IStatus = Schemas['Status'];
/** Why a file on the disk isn't what was asked to be saved. */
export type IRefusal = Schemas['Refusal'];

/** Which finding a request is about. */
export type IWhich = Schemas['Place'];

/** A cell as the server wants it. Each that is open here has an id. */
export type ICellRequest = Schemas['Cell'] & { readonly id: string };

/** What is open, as cells; the body of most requests. */
export type INotebookRequest = Omit<Schemas['NotebookRequest'], 'cells' | 'text'> & {
  readonly cells: readonly ICellRequest[];
  /** It is a file that is no notebook: its text is the source of its only cell, whose id is empty. */
  readonly file?: true;
};

export type IMoveRequest = Schemas['MoveRequest'];
/** A name that was chosen for a value, or a secret that takes its place; empty: as the policy says. */
export type IName = Pick<IMoveRequest, 'reference' | 'existing' | 'other_value' | 'preview'>;
export type IAllowRequest = Schemas['AllowRequest'];

/** Why a finding may stay. */
export type IReason = Pick<IAllowRequest, 'reason' | 'expires' | 'approved_by'>;

export type IScanned = Answer<'scan'>;
export type IMoved = Answer<'move'>;
export type IAllowed = Answer<'allow'>;
