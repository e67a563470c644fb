// An organizer's commands. Each is kept until it is answered, so that sending
// one again is the same command.

import { ApiError } from '../api.js';
import { uuid } from '../ids.js';
import { call, parse, storage } from './api.js';

const ORDERS = 'veltrix:desk:orders';

/** @typedef {Record<string, string|number|boolean|null>} Fields of the body of a command */
/** lost says that an answer is missing and none is awaited. @typedef {{path: string, body: Fields, label: string, lost?: boolean}} Order */

/** Commands without an answer, oldest first. @type {Order[]} */
export const orders = parse(storage.getItem(ORDERS) ?? '') ?? [];
for (const order of orders) order.lost = true;

/** The desk sets here what a change of the orders does. */
export const onOrders = { changed() {} };

function keep() {
  storage.setItem(ORDERS, JSON.stringify(orders));
  onOrders.changed();
}

/** @param {Order} order */
export function forget(order) {
  const at = orders.indexOf(order);
  if (at >= 0) orders.splice(at, 1);
  keep();
}

/** Forgets all orders; the storage has forgotten them already. */
export function forgetOrders() {
  orders.length = 0;
  onOrders.changed();
}

/**
 * Gives a command. One that is the same as one without an answer is that
 * command: it goes out under its id.
 * @template T
 * @param {string} path @param {Fields} body without id @param {string} label
 * @param {boolean} [named] the path names the command: its body has no id
 * @returns {Promise<T>} @throws {ApiError}
 */
export function command(path, body, label, named = false) {
  const { id: _, ...plain } = body;
  let order = orders.find(
    (o) => o.path === path && JSON.stringify({ ...o.body, id: undefined }) === JSON.stringify({ ...plain }),
  );
  if (!order) {
    order = { path, body: named ? plain : { ...plain, id: uuid() }, label };
    orders.push(order);
  }
  return send(order);
}

/** @template T @param {Order} order @returns {Promise<T>} @throws {ApiError} */
export async function send(order) {
  order.lost = false;
  keep();
  try {
    /** @type {T} */
    const answer = await call(order.path, { json: order.body });
    forget(order);
    return answer;
  } catch (error) {
    // Anything but a plain refusal may have been carried out: the id has to stay the same.
    const status = error instanceof ApiError ? error.status : 0;
    order.lost = status === 0 || status === 429 || status >= 500;
    if (order.lost) keep();
    else forget(order);
    throw error;
  }
}
