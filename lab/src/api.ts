/** The REST client: one function per route under `nbguard/api/`. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { IFinding, INotebookRequest, Style } from './tokens';

/** The server's refusal: its `message` says what happened and what to do, and never holds a value. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly reason: string | null
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Replace the UTF-16 units from `from` to `to` of a cell's source. */
export interface IEdit {
  readonly cell: string;
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

export interface IScanned {
  readonly findings: readonly IFinding[];
  readonly seconds: number;
}

export interface IMoved {
  readonly edits: readonly IEdit[];
  readonly reference: string;
  readonly mount: string;
  readonly version: number | null;
  readonly variable: string | null;
  readonly left: readonly { readonly cell: string; readonly reason: string }[];
}

export interface IAllowed {
  readonly edits: readonly IEdit[];
  readonly metadata: readonly { readonly cell: string; readonly nbguard: object }[];
}

/** Which finding a request is about. */
export interface IWhich {
  readonly fingerprint: string;
  readonly cell: string;
  readonly from: number | null;
  readonly to: number | null;
}

export type ReferenceState =
  'ok' | 'missing' | 'denied' | 'unreachable' | 'unconfigured' | 'deleted';

/** A lookup in a cell, and whether it resolves. */
export interface IReference {
  readonly cell: string;
  readonly from: number;
  readonly to: number;
  readonly reference: string;
  readonly mount: string;
  readonly state: ReferenceState;
  readonly version: number | null;
  readonly created: string | null;
  readonly reason: string | null;
}

export interface IStatus {
  readonly version: string;
  readonly save: 'off' | 'warn' | 'strip' | 'block';
  readonly profile: string | null;
  readonly zone: string | null;
  readonly vault: {
    readonly configured: boolean;
    readonly reachable: boolean | null;
    readonly authenticated: boolean | null;
    readonly address: string | null;
    readonly reason: string | null;
  };
  readonly rules: number;
  readonly masking: boolean;
  /** Whether the policy lets `jupyter-secrets-manager` keep its secrets in Vault. */
  readonly connector?: boolean;
  readonly collaboration: { readonly active: boolean; readonly store: string | null };
}

export function which(finding: IFinding): IWhich {
  return {
    fingerprint: finding.fingerprint,
    cell: finding.cell?.id ?? '',
    from: finding.from,
    to: finding.to
  };
}

/** `body` is JSON text, made by `Requests` from cached pieces. */
export function scan(settings: ServerConnection.ISettings, body: string): Promise<IScanned> {
  return ask(settings, 'scan', { method: 'POST', body });
}

export function move(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest,
  finding: IFinding,
  style: Style
): Promise<IMoved> {
  const body = { ...notebook, finding: which(finding), style };
  return ask(settings, 'move', { method: 'POST', body: JSON.stringify(body) });
}

export function allow(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest,
  finding: IFinding,
  why: { readonly reason: string; readonly expires?: string; readonly approved_by?: string }
): Promise<IAllowed> {
  const body = {
    ...notebook,
    finding: which(finding),
    ...why
  };
  return ask(settings, 'allow', { method: 'POST', body: JSON.stringify(body) });
}

export async function references(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest
): Promise<readonly IReference[]> {
  const answer = await ask<{ references: IReference[] }>(settings, 'references', {
    method: 'POST',
    body: JSON.stringify(notebook)
  });
  return answer.references;
}

export function status(settings: ServerConnection.ISettings, path?: string): Promise<IStatus> {
  const query = path ? `?path=${encodeURIComponent(path)}` : '';
  return ask(settings, `status${query}`, { method: 'GET' });
}

/** For routes of other plugins. `endpoint` is relative to `nbguard/api/`. */
export async function ask<T>(
  settings: ServerConnection.ISettings,
  endpoint: string,
  init: RequestInit
): Promise<T> {
  const [path, query] = endpoint.split('?', 2);
  const url = URLExt.join(settings.baseUrl, 'nbguard', 'api', path) + (query ? `?${query}` : '');
  const response = await ServerConnection.makeRequest(url, init, settings);
  const text = await response.text();
  let answer: unknown = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = null; // a proxy's page, not ours
  }
  if (!response.ok) {
    const refusal = (answer ?? {}) as { message?: unknown; reason?: unknown };
    throw new ApiError(
      response.status,
      typeof refusal.message === 'string' && refusal.message
        ? refusal.message
        : response.statusText,
      typeof refusal.reason === 'string' ? refusal.reason : null
    );
  }
  return answer as T;
}
