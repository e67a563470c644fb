import { t } from '../strings.js';

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
    const detector = new /** @type {any} */ (globalThis).BarcodeDetector();
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

/** A sign may hold the code itself or a link that brings it along. @param {string} text @returns {string} */
export function codeIn(text) {
  return new URLSearchParams(text.split('#')[1] ?? '').get('code') ?? text;
}
