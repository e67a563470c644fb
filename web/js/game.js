/** @import { Message, Outgoing, Proof } from './types.js' */
/** @import { Outbox } from './outbox.js' */
/** @import { Session } from './session.js' */
/** @import { Store } from './store.js' */
import { somethingUnlocks } from './derive.js';
import { uuid } from './ids.js';

const UNANSWERED = 8_000; // ms until a claim is sent again on a live connection
const UNANSWERED_CAP = 60_000;

/** @typedef {{code?: string, team?: {name: string}|{code: string}}} Entry what joining asked for */

/**
 * @typedef {object} GameOptions
 * @property {Store} store
 * @property {Session} session
 * @property {Outbox} outbox
 * @property {(code: string) => void} onJoined the server has taken the player in, by a join code or ''
 * @property {(message: Message) => void} onHappening something worth telling the player
 */

/**
 * One page's conversation about one hunt: it joins or watches, keeps claims in
 * the outbox until their verdict, sends them again with the same id, and joins
 * again whenever the personal view may have changed.
 */
export class Game {
  #o;
  /** @type {Entry|null} */
  #entry = null;
  #joinId = '';
  #joinAgain = false;
  #requests = 0;
  /** @type {Map<string, {due: number, tries: number}>} */
  #sent = new Map();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #joinTimer;
  /** The join code that let the player in, for a server that has forgotten it. */
  #code = '';
  /** The server has lost history: surely, or it looks like it. @type {'sure'|'maybe'|''} */
  #loss = '';
  /** What is sent again because of that, and how that went. @type {{ids: Set<string>, sure: boolean, sent: number, restored: number, missing: string[]}|null} */
  #healing = null;

  /** @param {GameOptions} options */
  constructor(options) {
    this.#o = options;
  }

  get #hunt() {
    return this.#o.store.state.hunt;
  }

  /** From now on join the hunt, not only watch it. @param {Entry} entry @param {string} [code] that let the player in before */
  enter(entry, code = '') {
    this.#entry = entry;
    this.#code = entry.code ?? code;
    this.#o.store.dispatch({ do: 'joining' });
    this.#join();
  }

  /** Nobody is signed in any more: only watch. */
  watchOnly() {
    this.#entry = null;
  }

  /**
   * @param {string} challenge @param {Proof} proof
   * @returns {boolean} false when the claim could not be kept
   */
  claim(challenge, proof) {
    return this.#order({ type: 'claim', challenge, proof });
  }

  /** @param {string} challenge @param {string} hint @returns {boolean} false when the order could not be kept */
  takeHint(challenge, hint) {
    return this.#order({ type: 'hint', challenge, hint });
  }

  /** @param {Message} message of the session, before the store has seen it */
  receive(message) {
    const { store } = this.#o;
    if (message.type === 'error') {
      this.#refused(message);
      return;
    }
    if (message.hunt === this.#hunt.id) this.#noticeLoss(message);
    const first = message.type === 'verdict' || message.type === 'hinted' ? this.#settle(message) : true;
    const held = this.#hunt.board;
    store.dispatch({ do: 'message', message, now: Date.now() });
    if (message.type === 'welcome') this.#welcomed();
    if (message.hunt !== this.#hunt.id) return;
    if (message.type === 'joined' || message.type === 'watching') this.#entered(message);
    else if (message.type === 'board' && this.#hunt.board === held) this.#join();
    else if (this.#changesView(message)) this.#join();
    if (message.type === 'revoked' && message.challenge)
      this.#o.outbox.revoke(message.hunt, message.challenge);
    if (this.#healed(message)) return;
    if (first) this.#o.onHappening(message);
  }

  /** The connection has gone: what was sent counts as unanswered. */
  lost() {
    this.#joinId = '';
    this.#joinAgain = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#joinTimer);
    this.#sent.clear();
  }

  #welcomed() {
    this.#showOutgoing();
    this.#join();
  }

  #join() {
    const { session } = this.#o;
    if (session.connection.status !== 'live' || this.#hunt.presence === 'unknown') return;
    if (this.#joinId) {
      this.#joinAgain = true;
      return;
    }
    clearTimeout(this.#joinTimer);
    this.#joinId = `join-${++this.#requests}`;
    this.#joinTimer = setTimeout(() => this.#retryJoin(), UNANSWERED);
    const { id: hunt, epoch, seq } = this.#hunt;
    const request = { id: this.#joinId, hunt, ...(epoch ? { since: { epoch, seq } } : {}) };
    if (!this.#entry) session.send({ type: 'watch', ...request });
    else session.send({ type: 'join', ...request, ...this.#entry });
  }

  #retryJoin() {
    this.#joinId = '';
    this.#join();
  }

  /** @param {Message} message */
  #entered(message) {
    if (message.id && message.id !== this.#joinId) return;
    clearTimeout(this.#joinTimer);
    this.#joinId = '';
    if (message.type === 'joined') {
      this.#entry = {}; // an entrant needs no code or team a second time
      this.#o.onJoined(this.#code);
      this.#heal();
      this.#flush();
    } else if (!this.#o.store.state.player) this.#loss = ''; // nobody plays here who could have lost something
    if (!this.#joinAgain) return;
    this.#joinAgain = false;
    this.#join();
  }

  /** @param {Message} message */
  #changesView(message) {
    if (message.type === 'reset') return true;
    if (!this.#entry) return false;
    if (message.type === 'definition' || message.type === 'revoked') return true;
    if (message.type === 'phase') return message.phase === 'open' || message.phase === 'closed';
    if (message.type === 'verdict' && message.outcome === 'locked') return true;
    return (message.type === 'award' || message.type === 'verdict') && somethingUnlocks(this.#hunt);
  }

  /** @param {Pick<Outgoing, 'type'|'challenge'|'proof'|'hint'>} what */
  #order(what) {
    const player = this.#o.store.state.player;
    if (!player) return false;
    const kept = this.#o.outbox.add({
      ...what,
      id: uuid(),
      player: player.id,
      hunt: this.#hunt.id,
      at: Date.now(),
    });
    this.#showOutgoing();
    this.#flush();
    return kept;
  }

  #showOutgoing() {
    const { store, outbox } = this.#o;
    const player = store.state.player;
    const items = player ? outbox.waiting(player.id, this.#hunt.id) : [];
    store.dispatch({ do: 'outgoing', items });
    return items;
  }

  /** Sends what is due and sets the alarm for what will be. */
  #flush() {
    clearTimeout(this.#timer);
    if (this.#hunt.presence !== 'joined' || this.#o.session.connection.status !== 'live') return;
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#hunt.outgoing) {
      const sent = this.#sent.get(item.id);
      if (!sent || sent.due <= now) this.#send(item, sent?.tries ?? 0, now);
      next = Math.min(next, this.#sent.get(item.id)?.due ?? next);
    }
    if (next < Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#flush(), Math.max(50, next - now));
  }

  /** @param {Outgoing} item @param {number} tries @param {number} now */
  #send(item, tries, now) {
    const { type, id, hunt, challenge, proof, hint } = item;
    this.#o.session.send({ type, id, hunt, challenge, ...(type === 'claim' ? { proof } : { hint }) });
    const wait = Math.min(UNANSWERED_CAP, UNANSWERED * 2 ** tries);
    this.#sent.set(id, { due: now + wait * (1 + Math.random() / 4), tries: tries + 1 });
  }

  /** @param {Message} message @returns {boolean} whether something was waiting for this answer */
  #settle(message) {
    const awaited = this.#hunt.outgoing.some((item) => item.id === message.id);
    this.#o.outbox.settle(message.id, counts(message));
    this.#sent.delete(message.id);
    this.#showOutgoing();
    return awaited || message.id === undefined;
  }

  /** @param {Message} message an error */
  #refused(message) {
    if (message.id && message.id === this.#joinId) {
      this.#joinRefused(message);
      return;
    }
    const item = this.#hunt.outgoing.find((o) => o.id === message.id);
    if (!item) return;
    if (message.retry_after > 0) {
      const tries = this.#sent.get(item.id)?.tries ?? 1;
      this.#sent.set(item.id, { due: Date.now() + message.retry_after * (1 + Math.random()), tries });
      this.#flush();
      return;
    }
    // The node has forgotten us, not decided: the claim stays and follows the next join.
    if (message.code === 'not_joined' && this.#hunt.presence === 'joined') {
      this.#sent.set(item.id, { due: Date.now() + UNANSWERED, tries: 1 });
      this.#join();
      return;
    }
    this.#settle(message);
    if (this.#healed({ ...message, challenge: item.challenge })) return;
    const { code, message: text, why } = message;
    const verdict = {
      id: item.id,
      outcome: 'error',
      code,
      message: text,
      why,
      hint: item.hint,
      received: Date.now(),
    };
    this.#o.store.dispatch({ do: 'answered', challenge: item.challenge, verdict });
    this.#o.onHappening({ ...message, type: 'error', challenge: item.challenge });
  }

  /** @param {Message} message */
  #joinRefused(message) {
    this.#joinId = '';
    this.#joinAgain = false;
    clearTimeout(this.#joinTimer);
    if (message.retry_after > 0) {
      this.#joinTimer = setTimeout(() => this.#retryJoin(), message.retry_after * (1 + Math.random()));
      return;
    }
    // Who was let in before and is unknown now shows the code again.
    if (message.code === 'bad_code' && this.#code && this.#entry && !this.#entry.code) {
      this.#entry = { code: this.#code };
      this.#join();
      return;
    }
    const { code, message: text = '', why } = message;
    this.#o.store.dispatch({ do: 'refused', code, message: text, why });
    if (message.code === 'unknown_hunt' || !this.#entry) return;
    // Who may not play may still look on.
    this.#entry = null;
    this.#join();
  }

  /**
   * A ledger of another epoch, or one that ends before what was told, has lost
   * something. A node that lags behind may look like the latter for a moment.
   * @param {Message} m
   */
  #noticeLoss(m) {
    const { epoch, seq } = this.#hunt;
    const snapshot = m.type === 'joined' || m.type === 'watching';
    if (m.type === 'reset' || (snapshot && epoch && m.epoch !== epoch)) this.#loss = 'sure';
    else if (snapshot && m.seq < seq) this.#loss ||= 'maybe';
  }

  /** After a loss: what counted in the last minutes and is gone now is claimed again, under the same ids. */
  #heal() {
    const { store, outbox } = this.#o;
    const { id, you } = this.#hunt;
    if (!this.#loss || !you) return;
    const gone = outbox
      .answered(store.state.player?.id ?? '', id)
      .filter(({ challenge }) => !you.solved[challenge] && !you.pending[challenge]);
    for (const item of gone) outbox.reopen(item);
    const before = this.#healing;
    this.#healing = {
      ids: new Set([...(before?.ids ?? []), ...gone.map((item) => item.id)]),
      sent: (before?.sent ?? 0) + gone.length,
      restored: before?.restored ?? 0,
      missing: before?.missing ?? [],
      sure: before?.sure || this.#loss === 'sure',
    };
    this.#loss = '';
    this.#sent.clear();
    this.#showOutgoing();
    this.#tellHealed();
  }

  /** Takes the answer to a claim that was sent again. @param {Message} m @returns {boolean} whether it was one */
  #healed(m) {
    const healing = this.#healing;
    if (!healing?.ids.delete(m.id)) return false;
    if (!counts(m) && m.outcome !== 'already') healing.missing.push(m.challenge);
    else if (!m.replay) healing.restored++;
    this.#tellHealed();
    return true;
  }

  #tellHealed() {
    const healing = this.#healing;
    if (!healing || healing.ids.size) return;
    this.#healing = null;
    const { sure, sent, restored, missing } = healing;
    if (sure || restored || missing.length)
      this.#o.onHappening({ type: 'healed', hunt: this.#hunt.id, sent, missing });
  }
}

/** Whether an answer gives points, or may give some. @param {Message} m */
function counts({ outcome, right }) {
  return outcome === 'awarded' || outcome === 'pending' || (outcome === 'already' && right === true);
}
