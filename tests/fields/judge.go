// What Go's crypto/x509 says of each case: `go run judge.go FOLDER`. Nothing but the standard library, from Go 1.19.
//
// Of lists it reads form and signature only, and this program looks for the serial number; for OCSP answers the
// standard library has nothing.
package main

import (
	"bufio"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func judge(folder string, part string, usage string, at time.Time, name string) error {
	read := func(kind string) []byte {
		octets, err := os.ReadFile(filepath.Join(folder, name+"."+kind))
		if err != nil {
			panic(err)
		}
		return octets
	}
	anchor, err := x509.ParseCertificate(read("anchor"))
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(read("certificate"))
	if err != nil {
		return err
	}
	if part == "certificate" {
		roots := x509.NewCertPool()
		roots.AddCert(anchor)
		purpose := x509.ExtKeyUsageAny
		if usage == "auth" {
			purpose = x509.ExtKeyUsageClientAuth
		}
		_, err = certificate.Verify(x509.VerifyOptions{
			Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{purpose},
		})
		return err
	}
	list, err := x509.ParseRevocationList(read("data"))
	if err != nil {
		return err
	}
	if err := list.CheckSignatureFrom(anchor); err != nil {
		return err
	}
	if at.Before(list.ThisUpdate) || at.After(list.NextUpdate) {
		return errors.New("not of now")
	}
	for _, line := range list.RevokedCertificates {
		if line.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
			return errors.New("revoked")
		}
	}
	return nil
}

func main() {
	folder := os.Args[1]
	rows, err := os.Open(filepath.Join(folder, "cases.tsv"))
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(rows)
	for lines.Scan() {
		row := strings.Split(lines.Text(), "\t")
		if row[1] == "answer" {
			continue
		}
		seconds, _ := strconv.ParseInt(row[3], 10, 64)
		word := "accepted"
		why := judge(folder, row[1], row[2], time.Unix(seconds, 0), row[0])
		if why != nil {
			word = "refused"
		}
		fmt.Printf("%s\t%s\t%q\n", row[0], word, fmt.Sprint(why))
	}
}
