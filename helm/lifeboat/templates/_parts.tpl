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
