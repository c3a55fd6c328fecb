/** The ids of `jupyter-secrets-manager`. Pure: no JupyterLab in it. */

/**
 * The manager's ids are `namespace:id`, and a namespace is a plugin's id, which has a colon itself (`package:plugin`).
 * The same cut is made for reading and writing.
 */
export function splitId(whole: string): { readonly namespace: string; readonly id: string } {
  const first = whole.indexOf(':');
  const second = whole.indexOf(':', first + 1);
  const cut = second < 0 ? first : second;
  return cut < 0
    ? { namespace: 'default', id: whole }
    : { namespace: whole.slice(0, cut), id: whole.slice(cut + 1) };
}
