// What @auth0/mdl, @owf/mdoc, @hpke/core, jose and jsqr say of cases; one JSON object each way.
//
//   node judge.mjs < cases.json > verdicts.json
//
// A case: {kind, now, ...octets in hexadecimal}. "response" is judged by both verifiers, "request" and "envelope" by one;
// the kinds of JOSE are read by jose, or made by it for our reader; "qr" is a picture in black and white, row by row.
import { createHash, createPublicKey, hkdfSync, randomBytes, verify as verifySignature, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

const input = JSON.parse(readFileSync(0, "utf8"));
// Both verifiers read the computer's clock; the emulated one is simulated.
const RealDate = Date;
let now = RealDate.now();
globalThis.Date = class extends RealDate {
  constructor(...args) { args.length ? super(...args) : super(now); }
  static now() { return now; }
};
const { Verifier: Auth0Verifier } = await import("@auth0/mdl");
const owf = await import("@owf/mdoc");
const hpke = await import("@hpke/core");
const jose = await import("jose");
const { default: jsqr } = await import("jsqr");

const octets = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

async function auth0(one) {
  const failed = [];
  let passed = 0;
  const onCheck = (check, byDefault) => {
    if (check.status === "PASSED") passed += 1; else failed.push(`${check.category}: ${check.check}`);
    return undefined;
  };
  try {
    const verifier = new Auth0Verifier(one.anchors);
    await verifier.verify(Buffer.from(one.response, "hex"), {
      encodedSessionTranscript: Buffer.from(one.transcript_wrapped, "hex"),
      ephemeralReaderKey: one.reader_key ? Buffer.from(one.reader_key, "hex") : undefined,
      onCheck,
    });
  } catch (error) {
    failed.push(`threw: ${error.message}`);
  }
  return { passed, failed };
}

// The crypto that @owf/mdoc leaves to its caller, by Node's own.
const jwk = (key) => createPublicKey({ key: key.jwk, format: "jwk" });
const context = {
  crypto: {
    random: (length) => randomBytes(length),
    digest: ({ digestAlgorithm, bytes }) => createHash(digestAlgorithm.replace("-", "").toLowerCase()).update(bytes).digest(),
    calculateEphemeralMacKey: () => { throw new Error("MAC is not judged by @owf/mdoc"); },
  },
  cose: {
    sign1: {
      sign: () => { throw new Error("only verifying"); },
      verify: ({ key, sign1 }) =>
        verifySignature("sha256", sign1.toBeSigned, { key: jwk(key), dsaEncoding: "ieee-p1363" }, sign1.signature),
    },
    mac0: { sign: () => { throw new Error("only verifying"); }, verify: () => false },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) =>
      new X509Certificate(certificate).issuer.split("\n").filter((line) => line.startsWith(`${field}=`)).map((line) => line.slice(field.length + 1)),
    getPublicKey: ({ certificate }) => owf.CoseKey.fromJwk(new X509Certificate(certificate).publicKey.export({ format: "jwk" })),
    verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
      const leaf = new X509Certificate(x5chain[0]);
      const root = trustedCertificates.map((der) => new X509Certificate(der)).find((each) => leaf.checkIssued(each) && leaf.verify(each.publicKey));
      if (!root) throw new Error("no path to a trusted root");
    },
    getCertificateData: ({ certificate }) => {
      const read = new X509Certificate(certificate);
      return {
        issuerName: read.issuer, subjectName: read.subject, serialNumber: read.serialNumber, thumbprint: read.fingerprint256,
        notBefore: new RealDate(read.validFrom), notAfter: new RealDate(read.validTo), pem: read.toString(),
      };
    },
  },
};

async function owfResponse(one) {
  const failed = [];
  let passed = 0;
  const onCheck = (check) => { if (check.status === "PASSED") passed += 1; else failed.push(`${check.category}: ${check.check}`); };
  try {
    await owf.Verifier.verifyDeviceResponse({
      deviceResponse: octets(one.response),
      sessionTranscript: octets(one.transcript_wrapped),
      trustedCertificates: one.anchors_der.map(octets),
      now: new RealDate(now),
      onCheck,
    }, context);
  } catch (error) {
    failed.push(`threw: ${error.message}`);
  }
  return { passed, failed };
}

async function owfRequest(one) {
  const failed = [];
  let passed = 0;
  const onCheck = (check) => { if (check.status === "PASSED") passed += 1; else failed.push(`${check.category}: ${check.check}`); };
  try {
    await owf.Holder.verifyDeviceRequest({
      deviceRequest: octets(one.request),
      sessionTranscript: octets(one.transcript_wrapped),
      onCheck,
    }, context);
  } catch (error) {
    failed.push(`threw: ${error.message}`);
  }
  return { passed, failed };
}

async function envelope(one) {
  const suite = new hpke.CipherSuite({ kem: new hpke.DhkemP256HkdfSha256(), kdf: new hpke.HkdfSha256(), aead: new hpke.Aes128Gcm() });
  try {
    const key = await crypto.subtle.importKey("jwk", one.recipient_key, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const context = await suite.createRecipientContext({ recipientKey: key, enc: octets(one.enc), info: octets(one.info) });
    return { plain: Buffer.from(await context.open(octets(one.cipher_text))).toString("hex") };
  } catch (error) {
    return { failed: [error.message] };
  }
}

const text = (octets) => new TextDecoder().decode(octets);

const joseKinds = {
  async jwe(one) {
    const opened = await jose.compactDecrypt(one.text, await jose.importJWK(one.key, "ECDH-ES"));
    return { header: opened.protectedHeader, plain: text(opened.plaintext) };
  },
  async jws(one) {
    const pem = (der) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----`;
    const { x5c } = jose.decodeProtectedHeader(one.text);
    const read = await jose.compactVerify(one.text, await jose.importX509(pem(x5c[0]), "ES256"));
    return { header: read.protectedHeader, plain: text(read.payload) };
  },
  async thumbprint(one) {
    return { thumbprint: await jose.calculateJwkThumbprint(one.key, "sha256") };
  },
  async make_jwe(one) {
    const sealed = new jose.CompactEncrypt(new TextEncoder().encode(one.plain)).setProtectedHeader({ alg: "ECDH-ES", enc: one.enc, kid: "answer" });
    sealed.setKeyManagementParameters({ apu: octets("616263"), apv: octets("6e6f6e6365") });
    return { text: await sealed.encrypt(await jose.importJWK(one.key, "ECDH-ES")) };
  },
  async make_jws(one) {
    const signed = new jose.CompactSign(new TextEncoder().encode(one.plain)).setProtectedHeader({ alg: "ES256", typ: one.typ, x5c: one.x5c });
    return { text: await signed.sign(await jose.importJWK(one.key, "ES256")) };
  },
};

async function byJose(one) {
  try {
    return await joseKinds[one.kind](one);
  } catch (error) {
    return { failed: [error.code ?? error.message] };
  }
}

// The session transcript that another library makes from what both sides saw.
async function transcript(one) {
  const { origin, nonce } = one;
  const made = one.engagement
    ? owf.SessionTranscript.forQrHandover({ deviceEngagement: owf.DeviceEngagement.decode(octets(one.engagement)), eReaderKey: owf.EReaderKey.decode(octets(one.reader_key)) })
    : await owf.SessionTranscript.forOid4VpDcApi({ origin, nonce, ...(one.thumbprint ? { jwkThumbprint: octets(one.thumbprint) } : {}) }, context);
  return { transcript: Buffer.from(made.encode()).toString("hex") };
}

function qr(one) {
  const pixels = Uint8ClampedArray.from(one.pixels.join(""), (dark) => (dark === "1" ? 0 : 255));
  const found = jsqr(Uint8ClampedArray.from({ length: 4 * pixels.length }, (_, at) => (at % 4 === 3 ? 255 : pixels[at >> 2])), one.pixels[0].length, one.pixels.length);
  return { text: found?.data ?? null };
}

const verdicts = {};
for (const [name, one] of Object.entries(input)) {
  if (one.now) now = RealDate.parse(one.now);
  if (one.kind === "response") verdicts[name] = { auth0: await auth0(one), owf: await owfResponse(one) };
  if (one.kind === "request") verdicts[name] = { owf: await owfRequest(one) };
  if (one.kind === "envelope") verdicts[name] = { hpke: await envelope(one) };
  if (one.kind in joseKinds) verdicts[name] = { jose: await byJose(one) };
  if (one.kind === "transcript") verdicts[name] = { owf: await transcript(one).catch((error) => ({ failed: [error.message] })) };
  if (one.kind === "qr") verdicts[name] = { jsqr: qr(one) };
}
console.log(JSON.stringify(verdicts, null, 1));
