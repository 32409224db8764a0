// A demo that is kept starts again as often as one likes, with what was done in it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { browser, demo, open } from '../support/world.mjs';
import { manageAt, noted, openAlert, signIn } from '../support/actions.mjs';

let tandem;
before(async () => { tandem = await demo(); });
after(async () => { await tandem.stop(); await browser.close(); });

/** As somebody who signs in. */
async function signedIn(work) {
  const { page, close } = await open(tandem.url, { javaScriptEnabled: false });
  await signIn(page);
  await work(page);
  await close();
}

test('a demo that was kept goes on where it was', async () => {
  const title = 'Seen by this run';
  const text = 'Written before it ended';
  await manageAt(await tandem.manage()).create(title);
  await signedIn(async (page) => {
    await noted(page, title, text);
    await page.getByText(text).first().waitFor();
  });
  const address = await tandem.manage();
  tandem = await tandem.again();
  assert.equal(await tandem.manage(), address);
  await signedIn(async (page) => {
    await openAlert(page, title);
    await page.getByText(text).first().waitFor();
    // The simulator begins anew, so its next ticket is the one after those of the demo, as in the run before.
    await manageAt(address).create('Seen by the next');
    await openAlert(page, 'Seen by the next');
  });
});
