// What the peers on Node share: the hunt, the award script on Redis and the
// reading of the board. Each peer speaks to players in its own way.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const POINTS = 10
export const BOARD_SIZE = 50
export const BOARD_MS = 100

/** options are the command line: the same for every peer. */
export function options() {
  const { values } = parseArgs({
    options: {
      addr: { type: 'string', default: '127.0.0.1:0' },
      redis: { type: 'string' },
      script: { type: 'string' },
      hunt: { type: 'string' },
      challenges: { type: 'string' },
    },
  })
  const [host, port] = values.addr.split(':')
  const at = new URL(values.redis)
  return {
    host,
    port: Number(port),
    // ioredis takes a path for a Unix socket and a URL for the rest.
    redis: at.protocol === 'unix:' ? at.pathname : values.redis,
    script: readFileSync(values.script, 'utf8'),
    hunt: values.hunt,
    challenges: Number(values.challenges),
  }
}

/** Hunt judges claims and reads the board. */
export class Hunt {
  /**
   * @param {ReturnType<typeof options>} o
   * @param {typeof import('ioredis').Redis} Redis
   */
  constructor(o, Redis) {
    this.id = o.hunt
    const redis = new Redis(o.redis, { enableAutoPipelining: true })
    this.redis = redis
    this.reads = new Redis(o.redis) // boards: not in the queue of claims
    this.key = `{${o.hunt}}:`
    this.answers = new Map()
    for (let i = 1; i <= o.challenges; i++) this.answers.set(`c-${i}`, `answer ${i}`)
    redis.defineCommand('award', { numberOfKeys: 3, lua: o.script })
    this.last = 0
  }

  /** enter notes the name of a player. */
  async enter(player) {
    await this.redis.hsetnx(`${this.key}names`, player, `Player ${player}`)
  }

  /**
   * claim judges a claim and, when it is right, answers once Redis has written
   * the award to its disk. It throws for anything that is not a claim.
   */
  async claim(player, { id, challenge, proof }) {
    const answer = this.answers.get(challenge)
    if (!player || !id || answer === undefined || typeof proof?.text !== 'string') throw new Error('bad_request')
    const verdict = { type: 'verdict', id, hunt: this.id, challenge, outcome: 'wrong' }
    if (proof.text.trim().replace(/\s+/g, ' ').toLowerCase() !== answer) return verdict
    const got = await this.redis.award(`${this.key}ledger`, `${this.key}board`, `${this.key}e:${player}`, player, challenge, id, POINTS)
    const [outcome, seq, points, total, at, replay] = got
    Object.assign(verdict, { outcome, seq, points, total, at })
    if (replay) verdict.replay = true
    return verdict
  }

  /** board reads the board; null when nothing was awarded since the last time. */
  async board() {
    const [newest] = await this.reads.xrevrange(`${this.key}ledger`, '+', '-', 'COUNT', 1)
    if (!newest) return null
    const [id, fields] = newest
    const seq = Number(id.slice(id.indexOf('-') + 1))
    if (seq === this.last) return null
    const top = await this.reads.zrevrange(`${this.key}board`, 0, BOARD_SIZE - 1, 'WITHSCORES')
    const entrants = top.filter((_, i) => i % 2 === 0)
    const names = await this.reads.hmget(`${this.key}names`, ...entrants)
    this.last = seq
    return {
      seq,
      at: Number(fields[fields.indexOf('at') + 1]),
      rows: entrants.map((entrant, i) => ({
        rank: i + 1,
        entrant,
        name: names[i],
        points: Math.floor(Number(top[2 * i + 1]) / 2 ** 31),
      })),
    }
  }
}

/** every calls f again and again, ms after the last call began, never two at once. */
export function every(ms, f) {
  let running = false
  return setInterval(async () => {
    if (running) return
    running = true
    try {
      await f()
    } finally {
      running = false
    }
  }, ms)
}
