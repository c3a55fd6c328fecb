/** A finding explained, as DOM. What comes from the server or a rule pack goes in as text, never as HTML. */
import { IFinding } from '../api/types';
import { IStrings } from '../strings/strings';

function element(tag: string, name: string, text = ''): HTMLElement {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

/** Rule, provider, severity; what and why; what to do; how this provider's credential is rotated. */
export function describe(finding: IFinding, strings: IStrings): HTMLElement {
  const tip = element('div', 'nbg-Tip');
  const head = element('div', 'nbg-Tip-head');
  head.append(
    element('span', `nbg-Severity nbg-mod-${finding.severity}`, strings.severity(finding.severity)),
    element('strong', 'nbg-Tip-provider', finding.provider_name ?? strings.kind(finding.kind)),
    element('code', 'nbg-Tip-rule', finding.rule)
  );
  tip.append(head, element('p', 'nbg-Tip-message', finding.message));
  if (finding.cause) {
    tip.append(element('p', 'nbg-Tip-cause', strings.why(finding.cause)));
  }
  // The steps of a rotation are the remedy, step by step.
  if (finding.remedy && !finding.rotation?.steps.length) {
    tip.append(element('p', 'nbg-Tip-remedy', finding.remedy));
  }
  const { rotation } = finding;
  if (rotation && (rotation.steps.length || rotation.url)) {
    const how = element('div', 'nbg-Tip-rotation');
    how.append(element('span', 'nbg-Tip-label', strings.rotate));
    if (rotation.steps.length) {
      const steps = element('ol', 'nbg-Tip-steps');
      steps.append(...rotation.steps.map(step => element('li', '', step)));
      how.append(steps);
    }
    const link = safeLink(rotation.url);
    if (link) {
      how.append(link);
    }
    tip.append(how);
  }
  return tip;
}

/** A link that can't run anything: https, or `http` too where asked for, and without a way back to this page. */
export function safeLink(address: string | null, http = false): HTMLAnchorElement | null {
  let url: URL;
  try {
    url = new URL(address ?? '');
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && !(http && url.protocol === 'http:')) {
    return null;
  }
  const link = document.createElement('a');
  link.href = url.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.textContent = url.hostname + (url.pathname === '/' ? '' : url.pathname);
  return link;
}
