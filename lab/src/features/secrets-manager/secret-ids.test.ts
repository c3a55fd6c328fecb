import { describe, expect, it } from 'vitest';

import { splitId } from './secret-ids';

describe('splitId', () => {
  it('cuts after the id of the plugin', () => {
    expect(splitId('@scope/package:plugin:key')).toEqual({
      namespace: '@scope/package:plugin',
      id: 'key'
    });
    expect(splitId('package:plugin:a:b')).toEqual({ namespace: 'package:plugin', id: 'a:b' });
  });

  it('takes a namespace without a colon, and none at all', () => {
    expect(splitId('space:key')).toEqual({ namespace: 'space', id: 'key' });
    expect(splitId('key')).toEqual({ namespace: 'default', id: 'key' });
  });
});
