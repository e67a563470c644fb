import { t } from './strings.js';

/** The part of the Barcode Detection API that is used. @typedef {{detect(video: HTMLVideoElement): Promise<{rawValue: string}[]>}} Detector */

const LOOK = 200; // ms between looks at the picture

/**
 * Shows the camera in video until a code is seen or signal says stop. The
 * browser asks for permission; nothing leaves the device.
 * @param {HTMLVideoElement} video @param {AbortSignal} signal
 * @returns {Promise<string>} the code, '' when stopped; rejects with a sentence
 */
export async function scan(video, signal) {
  const stream = await navigator.mediaDevices
    .getUserMedia({ video: { facingMode: 'environment' } })
    .catch((error) => {
      throw error.name === 'NotAllowedError' ? t.camera.denied : t.camera.none;
    });
  try {
    video.srcObject = stream;
    await video.play();
    const { BarcodeDetector } = /** @type {typeof globalThis & {BarcodeDetector: new () => Detector}} */ (
      globalThis
    );
    const detector = new BarcodeDetector();
    while (!signal.aborted) {
      const [seen] = await detector.detect(video);
      if (seen) return codeIn(seen.rawValue);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
    return '';
  } catch {
    throw t.camera.none;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

/** The code of a sign, which holds it alone or inside a link. @param {string} text @returns {string} */
export function codeIn(text) {
  return new URLSearchParams(text.split('#')[1] ?? '').get('code') ?? text;
}
