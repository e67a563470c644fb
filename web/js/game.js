/**
 * @import {
 *   Definition, ErrorMessage, HintedMessage, JoinRequest, JoinedMessage, Message, Proof, VerdictMessage,
 *   WatchingMessage
 * } from './types/protocol.js'
 */
/** @import { Happening, Outgoing, OutgoingClaim, OutgoingHint } from './types/state.js' */
/** @import { Outbox } from './outbox.js' */
/** @import { Session } from './session.js' */
/** @import { Starter } from './starter.js' */
/** @import { Store } from './store.js' */
import { own, uuid } from './ids.js';
import { patience } from './retry.js';

const UNANSWERED = 8_000; // ms until a claim is sent again on a live connection
const UNANSWERED_CAP = 60_000;
const WHOLE_EVERY = 1_000; // ms
const EXACT_WITHIN = 3_000; // ms
const TWICE = 1_000; // ms in which the same claim again is a second press

/** @typedef {Pick<OutgoingClaim, 'type'|'challenge'|'proof'>|Pick<OutgoingHint, 'type'|'challenge'|'hint'>} What */
/** What became of a claim or hint order: again is one that was made already, full one that could not be kept. @typedef {'sent'|'again'|'full'} Ordered */
/** What joining asks for. @typedef {Pick<JoinRequest, 'code'|'team'|'name'|'division'|'division_code'>} Admission */

/**
 * @typedef {object} GameOptions
 * @property {Store} store
 * @property {Pick<Session, 'connection'|'send'>} session
 * @property {Pick<Outbox, 'add'|'settle'|'waiting'|'answered'|'reopen'|'revoke'>} outbox
 * @property {(code: string) => void} onJoined the server has taken the player in, by a join code or ''
 * @property {string} [code] that the link of the page brought
 * @property {() => void} [onOutside] watching takes a code
 * @property {(happening: Happening) => void} onHappening something that the player should see
 */

/**
 * One page's part in one hunt: it joins or watches, keeps claims in the outbox
 * until their verdict, sends them again with the same id, and joins again
 * whenever the personal view may have changed.
 */
export class Game {
  #o;
  /** What to join with; null only watches. @type {Admission|null} */
  #admission = null;
  #joinId = '';
  #joinAgain = false;
  #requests = 0;
  /** asked says that the server named the time. @type {Map<string, {due: number, tries: number, asked?: boolean}>} */
  #sent = new Map();
  #joinNotBefore = 0; // as the server asked
  #wholeAskedAt = 0; // the last join for a board that does not fit
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #joinTimer;
  /** The join code that let the player in, for a server that has forgotten it. */
  #code = '';
  /** Whether the server has lost history, or looks like it. @type {'sure'|'maybe'|''} */
  #loss = '';
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #exactTimer;
  /** Of one's own time. @type {Starter|undefined} */
  #starter;
  /** The last claim or hint order. */
  #made = { name: '', at: 0 };
  /** The claims that are sent again because of that, and what became of them. @type {{ids: Set<string>, sure: boolean, sent: number, restored: number, missing: string[]}|null} */
  #healing = null;

  /** @param {GameOptions} options */
  constructor(options) {
    this.#o = options;
  }

  get #hunt() {
    return this.#o.store.state.hunt;
  }

  /** From now on joins the hunt instead of watching it. @param {Admission} admission @param {string} [code] that let the player in before */
  enter(admission, code = '') {
    this.#admission = admission;
    this.#code = admission.code ?? code;
    this.#o.store.dispatch({ do: 'joining' });
    this.#join();
  }

  /** Watches or joins again. */
  look() {
    this.#join();
  }

  /** Nobody is signed in any more: from now on only watches. */
  watchOnly() {
    this.#admission = null;
  }

  /** @param {string} challenge @param {Proof} proof @returns {Ordered} */
  claim(challenge, proof) {
    return this.#order({ type: 'claim', challenge, proof });
  }

  /** @param {string} challenge @param {string} hint @returns {Ordered} */
  takeHint(challenge, hint) {
    return this.#order({ type: 'hint', challenge, hint });
  }

  /** Starts the player's own time. */
  async start() {
    const complain = (/** @type {ErrorMessage} */ message) => this.#answer('', message);
    try {
      const { Starter } = await import('./starter.js');
      this.#starter ??= new Starter(this.#o, complain);
      this.#starter.start();
    } catch {
      complain({ type: 'error', code: 'unreachable', message: '' });
    }
  }

  /** Shows a refusal where it was asked. @param {string} challenge @param {ErrorMessage} message @param {string} [hint] */
  #answer(challenge, { id = '', code, message, why, requires, at }, hint) {
    const outcome = /** @type {const} */ ('error');
    const verdict = { id, outcome, code, message, why, hint, requires, at, received: Date.now() };
    this.#o.store.dispatch({ do: 'answered', challenge, verdict });
  }

  /** @param {Message} message of the session, before the store has seen it */
  receive(message) {
    const { store } = this.#o;
    if (message.type === 'error') {
      this.#refused(message);
      return;
    }
    const { id } = this.#hunt;
    if (message.hunt === id) this.#noticeLoss(message);
    const first = message.type === 'verdict' || message.type === 'hinted' ? this.#settle(message) : true;
    const { board: held, definition: before } = this.#hunt;
    store.dispatch({ do: 'message', message, now: Date.now() });
    if (message.type === 'welcome') this.#welcomed();
    if (message.hunt !== id) return;
    if (message.type === 'joined' || message.type === 'watching') this.#entered(message);
    else if (message.type === 'board' && this.#hunt.board === held) this.#askWhole();
    else if (this.#changesView(message)) this.#join();
    else if (message.type === 'definition' && this.#admission) this.#askExact();
    if (this.#hunt.presence === 'banned') this.#admission = null;
    if (message.type === 'started') this.#starter?.send();
    if (message.type === 'revoked' && message.challenge) this.#o.outbox.revoke(id, message.challenge);
    if (message.type === 'verdict' && this.#healed(message, message.challenge)) return;
    if (first && !(message.type === 'verdict' && this.#isMoot(message)))
      this.#o.onHappening(news(message, before));
  }

  /**
   * Whether an answer is no news: its challenge is found by another claim, or
   * another claim of it has no answer yet.
   * @param {{challenge: string, outcome?: string}} m
   */
  #isMoot({ challenge, outcome }) {
    if (outcome === 'awarded') return false;
    const { you, outgoing } = this.#hunt;
    return (
      Boolean(own(you?.solved, challenge)) ||
      outgoing.some((item) => item.type === 'claim' && item.challenge === challenge)
    );
  }

  /** The connection is gone: requests without an answer count as unsent. */
  lost() {
    this.#joinId = '';
    this.#joinAgain = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#joinTimer);
    this.#starter?.stop();
    clearTimeout(this.#exactTimer);
    this.#forgetSent();
  }

  /** From now on nothing counts as sent. What the server wanted later still waits. */
  #forgetSent() {
    for (const [id, { asked }] of this.#sent) if (!asked) this.#sent.delete(id);
  }

  /** Joins again unless what the player sees more of a definition follows it. */
  #askExact() {
    clearTimeout(this.#exactTimer);
    this.#exactTimer = setTimeout(() => this.#hunt.view || this.#join(), EXACT_WITHIN);
  }

  /** Joins again for a whole board, not more than once a second. */
  #askWhole() {
    const now = Date.now();
    if (now - this.#wholeAskedAt < WHOLE_EVERY) return;
    this.#wholeAskedAt = now;
    this.#join();
  }

  #welcomed() {
    this.#showOutgoing();
    this.#join();
  }

  #join() {
    const { session } = this.#o;
    const { presence } = this.#hunt;
    if (session.connection.status !== 'live' || presence === 'unknown' || presence === 'banned') return;
    if (this.#joinId) {
      this.#joinAgain = true;
      return;
    }
    clearTimeout(this.#joinTimer);
    const early = this.#joinNotBefore - Date.now();
    if (early > 0) {
      this.#joinTimer = setTimeout(() => this.#join(), early);
      return;
    }
    this.#joinId = `join-${++this.#requests}`;
    this.#joinTimer = setTimeout(() => this.#retryJoin(), UNANSWERED);
    const { id: hunt, epoch, seq, view } = this.#hunt;
    const since = epoch ? { since: { epoch, seq } } : {};
    const request = { id: this.#joinId, hunt, ...since, ...(view ? { view } : {}) };
    const code = this.#code || this.#o.code;
    if (!this.#admission) session.send({ type: 'watch', ...request, ...(code ? { code } : {}) });
    else session.send({ type: 'join', ...request, ...this.#admission });
  }

  #retryJoin() {
    this.#joinId = '';
    this.#join();
  }

  /** @param {JoinedMessage|WatchingMessage} message */
  #entered(message) {
    if (message.id && message.id !== this.#joinId) return;
    clearTimeout(this.#joinTimer);
    this.#joinId = '';
    if (message.type === 'joined') {
      this.#admission = {}; // an entrant needs no code or team a second time
      this.#o.onJoined(this.#code);
      this.#heal();
      this.#flush();
      this.#starter?.send();
    } else if (!this.#o.store.state.player) this.#loss = ''; // nobody plays here: nothing can be lost
    if (!this.#joinAgain) return;
    this.#joinAgain = false;
    this.#join();
  }

  /** Whether only a new join shows what a message changed. @param {Message} message */
  #changesView(message) {
    if (message.type === 'reset') return true;
    if (!this.#admission) return false;
    switch (message.type) {
      case 'revoked': // something may be locked again
      case 'unskipped':
        return true;
      case 'left':
        return message.why === 'moved';
      case 'phase': // a pause has moved the end of one's own time
        return message.phase === 'open' && Boolean(this.#hunt.you?.ends);
      case 'verdict':
        return message.outcome === 'locked';
      default:
        return false;
    }
  }

  /**
   * Keeps and sends a claim or hint order, unless it is one that waits already or
   * that was made a moment ago: a second press of a key or a finger is no second claim.
   * @param {What} what @returns {Ordered}
   */
  #order(what) {
    const { store, outbox } = this.#o;
    const player = store.state.player;
    if (!player) return 'full';
    const at = Date.now();
    const name = nameOf(what);
    const { id: hunt } = this.#hunt;
    const waits = outbox.waiting(player.id, hunt).some((item) => nameOf(item) === name);
    if (waits || (name === this.#made.name && at - this.#made.at < TWICE)) return 'again';
    if (!outbox.add({ ...what, id: uuid(), player: player.id, hunt, at })) return 'full';
    this.#made = { name, at };
    this.#showOutgoing();
    this.#flush();
    return 'sent';
  }

  #showOutgoing() {
    const { store, outbox } = this.#o;
    const player = store.state.player;
    const items = player ? outbox.waiting(player.id, this.#hunt.id) : [];
    store.dispatch({ do: 'outgoing', items });
    return items;
  }

  /** Sends the claims that are due, and sets the timer for the next. */
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
    const { id, hunt, challenge } = item;
    const request = { id, hunt, challenge };
    if (item.type === 'claim') this.#o.session.send({ type: 'claim', ...request, proof: item.proof });
    else this.#o.session.send({ type: 'hint', ...request, hint: item.hint });
    const wait = Math.min(UNANSWERED_CAP, UNANSWERED * 2 ** tries);
    this.#sent.set(id, { due: now + wait * (1 + Math.random() / 4), tries: tries + 1 });
  }

  /** @param {VerdictMessage|HintedMessage|ErrorMessage} message @returns {boolean} false when it repeats an answer */
  #settle(message) {
    const { id } = message;
    if (id === undefined) return true;
    const awaited = this.#hunt.outgoing.some((item) => item.id === id);
    this.#o.outbox.settle(id, counts(message));
    this.#sent.delete(id);
    this.#showOutgoing();
    return awaited;
  }

  /** @param {ErrorMessage} message */
  #refused(message) {
    if (message.id && message.id === this.#joinId) {
      this.#joinRefused(message);
      return;
    }
    if (this.#starter?.refused(message)) return;
    const item = this.#hunt.outgoing.find((o) => o.id === message.id);
    if (!item) return;
    if (message.retry_after) {
      const tries = this.#sent.get(item.id)?.tries ?? 1;
      this.#sent.set(item.id, { due: Date.now() + patience(message.retry_after), tries, asked: true });
      this.#flush();
      return;
    }
    // The node has forgotten the player and decided nothing: the claim is sent after the next join.
    if (message.code === 'not_joined' && this.#hunt.presence === 'joined') {
      this.#sent.set(item.id, { due: Date.now() + UNANSWERED, tries: 1 });
      this.#join();
      return;
    }
    this.#settle(message);
    const { challenge } = item;
    if (this.#healed(message, challenge)) return;
    const hint = item.type === 'hint' ? item.hint : undefined;
    if (!hint && this.#isMoot(item)) return;
    this.#answer(challenge, message, hint);
    this.#o.onHappening({ ...message, challenge });
  }

  /** @param {ErrorMessage} message */
  #joinRefused(message) {
    this.#joinId = '';
    this.#joinAgain = false;
    clearTimeout(this.#joinTimer);
    if (message.retry_after) {
      this.#joinNotBefore = Date.now() + patience(message.retry_after);
      this.#join();
      return;
    }
    // The server let the player in before and has forgotten it: the code is shown again.
    if (message.code === 'bad_code' && this.#code && this.#admission && !this.#admission.code) {
      this.#admission = { code: this.#code };
      this.#join();
      return;
    }
    if (message.code === 'bad_code') {
      this.#code = '';
      if (!this.#admission) {
        this.#o.onOutside?.();
        return;
      }
    }
    const { code, message: text, why, suggestion } = message;
    this.#o.store.dispatch({ do: 'refused', refusal: { code, message: text, why, suggestion } });
    if (message.code === 'unknown_hunt' || why === 'banned' || !this.#admission) return;
    // A player that may not join may still watch.
    this.#admission = null;
    this.#join();
  }

  /**
   * A ledger of another epoch has lost something, and so has one that ends
   * before what the page has seen. A node that lags behind may look like the
   * latter for a moment.
   * @param {Message} m
   */
  #noticeLoss(m) {
    const { epoch, seq } = this.#hunt;
    const snapshot = m.type === 'joined' || m.type === 'watching';
    if (m.type === 'reset' || (snapshot && epoch && m.epoch !== epoch)) this.#loss = 'sure';
    else if (snapshot && m.seq < seq) this.#loss ||= 'maybe';
  }

  /** After a loss: claims again, under the same ids, what counted in the last minutes and is gone. */
  #heal() {
    const { store, outbox } = this.#o;
    const { id, you } = this.#hunt;
    if (!this.#loss || !you) return;
    const gone = outbox
      .answered(store.state.player?.id ?? '', id)
      .filter(({ challenge }) => !own(you.solved, challenge) && !own(you.pending, challenge));
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
    this.#forgetSent();
    this.#showOutgoing();
    this.#endHealing();
  }

  /** Takes the answer to a claim that was sent again. @param {VerdictMessage|ErrorMessage} m @param {string} challenge @returns {boolean} whether it was one */
  #healed(m, challenge) {
    const healing = this.#healing;
    if (!healing?.ids.delete(m.id ?? '')) return false;
    if (m.type === 'error' || !(counts(m) || m.outcome === 'already')) healing.missing.push(challenge);
    else if (!m.replay) healing.restored++;
    this.#endHealing();
    return true;
  }

  #endHealing() {
    const healing = this.#healing;
    if (!healing || healing.ids.size) return;
    this.#healing = null;
    const { sure, sent, restored, missing } = healing;
    if (sure || restored || missing.length)
      this.#o.onHappening({ type: 'healed', hunt: this.#hunt.id, sent, missing });
  }
}

/** What has opened, of what the page had closed. @param {Exclude<Message, ErrorMessage>} m @param {Definition|null} before */
function news(m, before) {
  if (m.type !== 'unlocked') return m;
  const had = new Map(before?.challenges.map((c) => [c.id, c.locked]));
  return { ...m, challenges: m.challenges.filter((c) => !c.locked && (had.get(c.id) ?? had.size)) };
}

/** The same for two claims of one answer, and for two orders of one hint. @param {What} what */
function nameOf(what) {
  return JSON.stringify([what.type, what.challenge, what.type === 'claim' ? what.proof : what.hint]);
}

/** Whether an answer gives points, or may give some. @param {VerdictMessage|HintedMessage|ErrorMessage} m */
function counts(m) {
  if (m.type !== 'verdict') return false;
  return m.outcome === 'awarded' || m.outcome === 'pending' || (m.outcome === 'already' && m.right);
}
