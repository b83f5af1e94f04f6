"""Which options of the fetching programs take the next word for their value: it is no address, and may be a secret.

From their manuals: https://curl.se/docs/manpage.html, https://www.gnu.org/software/wget/manual/wget.html,
https://aria2.github.io/manual/en/html/aria2c.html and the help of the others.
"""

from __future__ import annotations


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


WGET = _set(
    "-A -B -D -I -O -P -Q -R -T -U -X -a -e -i -l -o -t -w --accept --accept-regex --append-output --backups "
    "--base --bind-address --body-data --body-file --ca-certificate --ca-directory --certificate --certificate-type "
    "--ciphers --compression --config --connect-timeout --crl-file --cut-dirs --default-page --directory-prefix "
    "--dns-timeout --domains --exclude-directories --exclude-domains --execute --follow-tags --ftp-password "
    "--ftp-user --header --hsts-file --http-password --http-passwd --http-user --ignore-tags "
    "--include-directories --input-file --level --limit-rate --load-cookies --local-encoding --max-redirect "
    "--method --output-document --output-file --password --pinnedpubkey --post-data --post-file --prefer-family "
    "--private-key --private-key-type --progress --proxy-password --proxy-passwd --proxy-user --quota "
    "--read-timeout --referer --regex-type --reject --reject-regex --rejected-log --remote-encoding "
    "--report-speed --restrict-file-names --retry-on-http-error --save-cookies --secure-protocol --start-pos "
    "--timeout --tries --use-askpass --user --user-agent --wait --waitretry --warc-dedup --warc-file "
    "--warc-header --warc-max-size --warc-tempdir"
)
CURL = _set(
    "-A -C -D -E -F -H -K -P -Q -T -U -X -Y -b -c -d -e -m -o -r -t -u -w -x -y -z --abstract-unix-socket "
    "--alt-svc --aws-sigv4 --cacert --capath --cert --cert-type --ciphers --config --connect-timeout --connect-to "
    "--continue-at --cookie --cookie-jar --create-file-mode --crlfile --curves --data --data-ascii --data-binary "
    "--data-raw --data-urlencode --delegation --dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers "
    "--doh-url --dump-header --ech --egd-file --engine --etag-compare --etag-save --expect100-timeout --form "
    "--form-string --ftp-account --ftp-alternative-to-user --ftp-method --ftp-port --ftp-ssl-ccc-mode "
    "--happy-eyeballs-timeout-ms --haproxy-clientip --header --hostpubmd5 --hostpubsha256 --hsts --interface "
    "--ip-tos --ipfs-gateway --json --keepalive-cnt --keepalive-time --key --key-type --krb --libcurl "
    "--limit-rate --local-port --login-options --mail-auth --mail-from --mail-rcpt --max-filesize --max-redirs "
    "--max-time --netrc-file --noproxy --oauth2-bearer --output --output-dir --parallel-max --pass "
    "--pinnedpubkey --preproxy --proto --proto-default --proto-redir --proxy --proxy-cacert --proxy-capath "
    "--proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-header --proxy-key --proxy-key-type "
    "--proxy-pass --proxy-pinnedpubkey --proxy-service-name --proxy-tls13-ciphers --proxy-tlsauthtype "
    "--proxy-tlspassword --proxy-tlsuser --proxy-user --proxy1.0 --pubkey --quote --random-file --range --rate "
    "--referer --request --request-target --resolve --retry --retry-delay --retry-max-time --sasl-authzid "
    "--service-name --sigalgs --socks4 --socks4a --socks5 --socks5-gssapi-service --socks5-hostname "
    "--speed-limit --speed-time --stderr --telnet-option --tftp-blksize --time-cond --tls-max --tls13-ciphers "
    "--tlsauthtype --tlspassword --tlsuser --trace --trace-ascii --trace-config --unix-socket --upload-file --url "
    "--url-query --user --user-agent --variable --vlan-priority --write-out"
)
ARIA = _set(
    "-d -i -j -k -l -m -n -o -s -t -x -T -M -U --all-proxy --checksum --dir --ftp-passwd --ftp-user --header "
    "--http-passwd --http-proxy --http-user --https-proxy --input-file --load-cookies --log "
    "--max-connection-per-server --max-download-limit --max-overall-download-limit --max-tries --out "
    "--private-key --referer --save-cookies --split --timeout --user-agent"
)
GDOWN = frozenset({"-O", "--output", "--id", "--proxy", "--speed", "--user-agent", "--format"})
GIT = _set(
    "-C -b -c -j -o -u --branch --bundle-uri --config --config-env --depth --filter --git-dir --jobs --namespace "
    "--origin --reference --reference-if-able --separate-git-dir --server-option --shallow-exclude "
    "--shallow-since --template --upload-pack --work-tree"
)
KAGGLE = frozenset({"-d", "--dataset", "-c", "--competition", "-f", "--file", "-p", "--path", "-m"})
HUB = _set(
    "--cache-dir --exclude --format --include --local-dir --local-dir-use-symlinks --max-workers --repo-type "
    "--revision --token --type"
)
CLOUD = _set(
    "--account --acl --ca-bundle --endpoint-url --exclude --impersonate-service-account --include --output "
    "--profile --project --query --region --request-payer --source-region --sse-c-copy-source-key --sse-c-key "
    "--sse-kms-key-id --storage-class"
)
SCP = _set("-F -J -P -S -X -c -i -l -o")
RSYNC = _set(
    "-B -M -T -e -f --backup-dir --bwlimit --chmod --compare-dest --copy-dest --exclude --exclude-from --files-from "
    "--filter --include --include-from --link-dest --log-file --max-size --min-size --partial-dir --password-file "
    "--port --rsh --rsync-path --suffix --temp-dir --timeout"
)

FLAGS = {
    "wget": (
        frozenset("46EFHKLNSbcdkmnpqrvx"),
        frozenset({"--continue", "--mirror", "--page-requisites", "--quiet", "--recursive", "--timestamping"}),
    ),
    "curl": (
        frozenset("#012346BGIJLMNORSVZafgijklnpqsv"),
        frozenset({"--compressed", "--fail", "--insecure", "--location", "--remote-name", "--show-error", "--silent"}),
    ),
    "aria2c": (frozenset("VcPS"), frozenset({"--continue"})),
}
"""Letters and long options that take no value. What stands behind one that is not named here may be its value."""
