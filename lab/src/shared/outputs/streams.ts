/** Streams that grow: of text that is added to an output, neither the cell nor its outputs tell. */
import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import type { ISignal } from '@lumino/signaling';

type Grown = ISignal<object, unknown>;

/** The signals of the streams there are now. In JupyterLab 4.0 there are none: a stream is replaced as it grows. */
export function streamsOf(outputs: IOutputAreaModel): Grown[] {
  const found: Grown[] = [];
  for (let index = 0; index < outputs.length; index++) {
    const { streamText } = outputs.get(index) as { streamText?: { readonly changed: Grown } };
    if (streamText) {
      found.push(streamText.changed);
    }
  }
  return found;
}
