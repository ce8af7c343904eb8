// What the JDK's PKIX validator says of each case: `java Judge.java FOLDER`. Single file, from JDK 17.

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.*;
import java.util.*;

public class Judge {
    static final CertificateFactory FACTORY = factory();

    static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One certificate, and nothing behind it. */
    static X509Certificate certificate(byte[] octets) throws Exception {
        ByteArrayInputStream stream = new ByteArrayInputStream(octets);
        X509Certificate found = (X509Certificate) FACTORY.generateCertificate(stream);
        if (stream.available() > 0) throw new CertificateException("trailing octets");
        return found;
    }

    static void judge(Path folder, String name, String part, String usage, long seconds) throws Exception {
        X509Certificate anchor = certificate(Files.readAllBytes(folder.resolve(name + ".anchor")));
        X509Certificate own = certificate(Files.readAllBytes(folder.resolve(name + ".certificate")));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setDate(new Date(seconds * 1000));
        parameters.setPolicyQualifiersRejected(false);
        parameters.setExplicitPolicyRequired(true);
        parameters.setInitialPolicies(Set.of("2.999.5.1.1.20", "2.999.5.1.3.30"));
        parameters.setRevocationEnabled(false);
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        X509CertSelector target = new X509CertSelector();
        if (usage.equals("auth")) target.setExtendedKeyUsage(Set.of("1.3.6.1.5.5.7.3.2"));
        parameters.setTargetCertConstraints(target);
        if (part.equals("list")) {
            ByteArrayInputStream stream = new ByteArrayInputStream(Files.readAllBytes(folder.resolve(name + ".data")));
            X509CRL list = (X509CRL) FACTORY.generateCRL(stream);
            if (stream.available() > 0) throw new CRLException("trailing octets");
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(list))));
        }
        if (!part.equals("certificate")) {
            PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            boolean lists = part.equals("list");
            checker.setOptions(lists
                ? EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK)
                : EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
            if (!lists) checker.setOcspResponses(Map.of(own, Files.readAllBytes(folder.resolve(name + ".data"))));
            parameters.addCertPathChecker(checker);
        }
        validator.validate(FACTORY.generateCertPath(List.of(own)), parameters);
    }

    public static void main(String[] arguments) throws Exception {
        System.setProperty("com.sun.security.ocsp.clockSkew", "0");
        Path folder = Path.of(arguments[0]);
        for (String line : Files.readAllLines(folder.resolve("cases.tsv"))) {
            String[] row = line.split("\t");
            String word = "accepted", why = "";
            try {
                judge(folder, row[0], row[1], row[2], Long.parseLong(row[3]));
            } catch (Exception | StackOverflowError e) {
                word = "refused";
                why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
            }
            System.out.println(row[0] + "\t" + word + "\t" + why);
        }
    }
}
