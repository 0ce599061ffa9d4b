{{/* Everything of a release has its name in front; 40 signs leave room for what follows. */}}
{{- define "lifeboat.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "lifeboat.agents" -}}
{{- .Values.agent.namespace | default (printf "%s-agents" (.Release.Namespace | trunc 56 | trimSuffix "-")) -}}
{{- end -}}

{{/* (dict "root" $ "component" "agent") */}}
{{- define "lifeboat.selector" -}}
app.kubernetes.io/name: lifeboat
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "lifeboat.labels" -}}
{{ include "lifeboat.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: lifeboat
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "lifeboat.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "lifeboat.kafka" -}}
{{- if .Values.broker.enabled -}}
{{ include "lifeboat.name" . }}-broker.{{ .Release.Namespace }}.svc:{{ .Values.networkPolicy.kafka.port }}
{{- else -}}
{{ required "kafka.bootstrap: where is your Kafka? HOST:PORT, or broker.enabled=true to try things out" .Values.kafka.bootstrap }}
{{- end -}}
{{- end -}}

{{/* Not empty where a key lies in a Secret. */}}
{{- define "lifeboat.keyFile" -}}
{{- if or (not .Values.store.kms.key) .Values.store.kms.keepKeySecret -}}yes{{- end -}}
{{- end -}}

{{/* Not empty where Kafka asks who comes. */}}
{{- define "lifeboat.kafkaGuarded" -}}
{{- if and (not .Values.broker.enabled) (or .Values.kafka.tls.enabled .Values.kafka.sasl.secretName) -}}yes{{- end -}}
{{- end -}}

{{- define "lifeboat.kafkaEnv" -}}
{{- if include "lifeboat.kafkaGuarded" . }}
{{- $tls := .Values.kafka.tls }}
{{- $sasl := .Values.kafka.sasl }}
- {name: LIFEBOAT_KAFKA_PROTOCOL, value: {{ ternary (ternary "SASL_SSL" "SASL_PLAINTEXT" $tls.enabled) "SSL" (ne $sasl.secretName "") }}}
{{- if and $tls.enabled $tls.caSecret }}
- {name: LIFEBOAT_KAFKA_AUTHORITY, value: /etc/lifeboat/kafka/ca.crt}
{{- end }}
{{- if and $tls.enabled $tls.clientSecret }}
- {name: LIFEBOAT_KAFKA_CERTIFICATE, value: /etc/lifeboat/kafka/user.crt}
- {name: LIFEBOAT_KAFKA_KEY, value: /etc/lifeboat/kafka/user.key}
{{- end }}
{{- if $sasl.secretName }}
- {name: LIFEBOAT_KAFKA_SASL_MECHANISM, value: {{ $sasl.mechanism }}}
- {name: LIFEBOAT_KAFKA_SASL_JAAS_FILE, value: /etc/lifeboat/kafka/sasl.jaas.config}
{{- if eq $sasl.mechanism "OAUTHBEARER" }}
- {name: LIFEBOAT_KAFKA_SASL_TOKEN_ENDPOINT, value: {{ required "kafka.sasl.tokenEndpoint: where does OAUTHBEARER get its tokens?" $sasl.tokenEndpoint | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "lifeboat.kafkaMount" -}}
{{- if include "lifeboat.kafkaGuarded" . }}
- {name: kafka, mountPath: /etc/lifeboat/kafka, readOnly: true}
{{- end }}
{{- end -}}

{{- define "lifeboat.kafkaVolume" -}}
{{- if include "lifeboat.kafkaGuarded" . }}
- name: kafka
  projected:
    defaultMode: 0440
    sources:
      {{- if and .Values.kafka.tls.enabled .Values.kafka.tls.caSecret }}
      - secret: {name: {{ .Values.kafka.tls.caSecret }}, items: [{key: ca.crt, path: ca.crt}]}
      {{- end }}
      {{- if and .Values.kafka.tls.enabled .Values.kafka.tls.clientSecret }}
      - secret: {name: {{ .Values.kafka.tls.clientSecret }}, items: [{key: user.crt, path: user.crt}, {key: user.key, path: user.key}]}
      {{- end }}
      {{- with .Values.kafka.sasl.secretName }}
      - secret: {name: {{ . }}, items: [{key: sasl.jaas.config, path: sasl.jaas.config}]}
      {{- end }}
{{- end }}
{{- end -}}

{{- define "lifeboat.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Pod Security's `restricted`. */}}
{{- define "lifeboat.restricted" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "lifeboat.bare" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* Losing Kafka must not kill a pod: only `live` ends it. */}}
{{- define "lifeboat.probes" -}}
startupProbe:
  httpGet: {path: /q/health/started, port: http}
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /q/health/live, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /q/health/ready, port: http}
  periodSeconds: 5
  timeoutSeconds: 5
{{- end -}}

{{/* The whole command line, so that logs of a pod and of a shell read alike. */}}
{{- define "lifeboat.container" -}}
image: {{ include "lifeboat.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end -}}

{{/* (dict "what" "kafka" "cidrs" (list) "namespaces" (list)): nothing where it may be anywhere. */}}
{{- define "lifeboat.to" -}}
{{- if not (or .cidrs .namespaces) }}
{{- fail (printf "networkPolicy.%s: neither cidrs nor namespaces say where it is" .what) }}
{{- end }}
{{- if not (or (has "0.0.0.0/0" .cidrs) (has "::/0" .cidrs)) -}}
to:
  {{- range .cidrs }}
  - ipBlock: {cidr: {{ . | quote }}}
  {{- end }}
  {{- range .namespaces }}
  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ . }}}}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The port of a URL. */}}
{{- define "lifeboat.portOf" -}}
{{- $named := regexFind ":[0-9]+$" (urlParse .).host -}}
{{- if $named }}{{ trimPrefix ":" $named }}{{ else }}{{ ternary "80" "443" (hasPrefix "http:" .) }}{{ end -}}
{{- end -}}
