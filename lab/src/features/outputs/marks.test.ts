import { describe, expect, it } from 'vitest';

import { countMarks } from './marks';

const MARK = '[secret quantum/ionq#api_key]';

describe('countMarks', () => {
  it('counts every mark of a stream, also where it comes in lines', () => {
    expect(countMarks([{ output_type: 'stream', text: `${MARK} and ${MARK}\n` }])).toBe(2);
    expect(countMarks([{ output_type: 'stream', text: [`${MARK}\n`, `${MARK}\n`] }])).toBe(2);
    expect(
      countMarks([{ output_type: 'stream', text: ['[secret quantum/', 'ionq#api_key]'] }])
    ).toBe(1);
  });

  it('counts one value in two formats once', () => {
    const data = {
      'text/plain': MARK,
      'text/html': `<b>${MARK}</b>`,
      'application/json': { key: MARK }
    };
    expect(countMarks([{ output_type: 'display_data', data }])).toBe(1);
  });

  it('counts a traceback and its message once', () => {
    expect(
      countMarks([{ output_type: 'error', evalue: MARK, traceback: ['a', `b ${MARK}`] }])
    ).toBe(1);
  });

  it('knows mounts and versions, and no other brackets', () => {
    expect(countMarks([{ text: '[secret kv:team/x#key@3]' }])).toBe(1);
    expect(countMarks([{ text: '[secret recipe] [secret ] [secretary a#b]' }])).toBe(0);
  });

  it('takes anything', () => {
    expect(countMarks([null, {}, { data: null }, { text: 3 }])).toBe(0);
  });
});
