/** The REST client: one function per route under `nbguard/api/`. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import {
  Answer,
  IAllowed,
  IAllowRequest,
  IFinding,
  ILookup,
  ILookupRequest,
  IMoved,
  IMoveRequest,
  IName,
  INotebookRequest,
  IReason,
  IReference,
  IScanned,
  IStatus,
  IWhich,
  Style
} from './types';

type IBody = Pick<IMoveRequest, 'path' | 'cells' | 'text' | 'language' | 'metadata'>;

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

/** Whether the server doesn't know any more what it was sent, so that all has to be. */
export function isUnknownBase(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'base';
}

export function which(finding: IFinding): IWhich {
  return {
    fingerprint: finding.fingerprint,
    cell: finding.cell?.id ?? '',
    from: finding.from,
    to: finding.to
  };
}

/** A notebook goes along as its cells, any other file as its text. */
function bodyOf({ file, cells, ...rest }: INotebookRequest): IBody {
  return file ? { path: rest.path, text: cells[0].source } : { ...rest, cells };
}

/** `body` is JSON text, made by `Requests` from cached pieces. */
export function scan(settings: ServerConnection.ISettings, body: string): Promise<IScanned> {
  return ask(settings, 'scan', { method: 'POST', body });
}

export function move(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest,
  finding: IFinding,
  style: Style,
  name: IName = {}
): Promise<IMoved> {
  const body: IMoveRequest = { ...bodyOf(notebook), finding: which(finding), style, ...name };
  return ask(settings, 'move', { method: 'POST', body: JSON.stringify(body) });
}

export function allow(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest,
  finding: IFinding,
  why: IReason
): Promise<IAllowed> {
  const body: IAllowRequest = { ...bodyOf(notebook), finding: which(finding), ...why };
  return ask(settings, 'allow', { method: 'POST', body: JSON.stringify(body) });
}

/** @param question - What may leave out what the server has; where it hasn't, `notebook` is sent. */
export async function references(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest,
  question: string
): Promise<readonly IReference[]> {
  const look = (body: string) =>
    ask<Answer<'references'>>(settings, 'references', { method: 'POST', body });
  const answer = await look(question).catch((error: unknown) => {
    if (isUnknownBase(error)) {
      return look(JSON.stringify(bodyOf(notebook)));
    }
    throw error;
  });
  // What belongs to no cell stands in the text of a file.
  return answer.references.map(found => ({ ...found, cell: found.cell ?? '' }));
}

/** The edits that put a secret's lookup there. */
export function lookup(
  settings: ServerConnection.ISettings,
  notebook: INotebookRequest,
  reference: string,
  at: ILookupRequest['at'],
  style: Style
): Promise<ILookup> {
  const body: ILookupRequest = { ...bodyOf(notebook), reference, at, style };
  return ask(settings, 'lookup', { method: 'POST', body: JSON.stringify(body) });
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
