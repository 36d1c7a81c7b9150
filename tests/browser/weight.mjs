// What a first visit to a page takes over the wire.

const SORTS = { document: 'html', stylesheet: 'css', script: 'js', image: 'images' };

/**
 * Loads `url` in a fresh context, with nothing cached; resolves to the requests and the bytes of bodies as the host
 * sent them, `{ requests, bytes, html, css, js, images, other }`.
 */
export async function weigh(browser, url) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const finished = [];
    page.on('requestfinished', (request) => {
      // Chromium asks for the icon when it finds the time, or not at all.
      if (!/favicon[^/]*$/.test(request.url())) finished.push(request);
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    const weight = { requests: finished.length, bytes: 0, html: 0, css: 0, js: 0, images: 0, other: 0 };
    for (const request of finished) {
      const { responseBodySize } = await request.sizes();
      weight.bytes += responseBodySize;
      weight[SORTS[request.resourceType()] ?? 'other'] += responseBodySize;
    }
    return weight;
  } finally {
    await context.close();
  }
}
