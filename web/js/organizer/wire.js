import { el, setText } from '../dom.js';
import { Session } from '../session.js';
import { t } from './strings.js';

/**
 * A line that is there while no live connection gets through to the server. The
 * desk needs none, but players and displays do. Once one has come through, the
 * desk looks no more.
 */
export function wireView() {
  const node = el('p', { class: 'trouble wire', role: 'alert', hidden: true });
  const session = new Session({
    url: `${location.origin.replace('http', 'ws')}/ws`,
    token: null,
    onMessage() {},
    onConnection({ status, trouble }) {
      node.hidden = !trouble;
      setText(node, trouble ? t.proxy(trouble) : '');
      if (status === 'live') session.stop();
    },
  });
  session.start();
  return node;
}
