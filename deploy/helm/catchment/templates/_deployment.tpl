{{/*
The Deployment of a component. Takes a dict: `root`, `component` (gateway, worker or count), `of` (its
values), `args`, `scaled` (somebody else sets the number of pods).
*/}}
{{- define "catchment.deployment" -}}
{{- $isGateway := eq .component "gateway" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "catchment.name" .root }}-{{ .component }}
  labels:
    {{- include "catchment.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  {{- if not .scaled }}
  replicas: {{ .of.replicas }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "catchment.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  template:
    metadata:
      labels:
        {{- include "catchment.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
      annotations:
        # Pods are replaced when the catalog of the values is another.
        checksum/catalog: {{ .root.Values.catalog.content | sha256sum }}
        {{- with .of.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "catchment.serviceAccount" .root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      # It has ended four seconds after its grace; the rest is for a node that is busy.
      terminationGracePeriodSeconds: {{ add .root.Values.shutdownGraceSeconds 9 (ternary 5 0 $isGateway) }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: { type: RuntimeDefault }
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .of.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- range $member := list "nodeSelector" "tolerations" "affinity" }}
      {{- with index $.of $member }}
      {{ $member }}: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "catchment.selector" .root | nindent 14 }}
              app.kubernetes.io/component: {{ .component }}
      containers:
        - name: {{ .component }}
          image: {{ include "catchment.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args: {{ toJson .args }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          env:
            {{- include "catchment.environment" . | nindent 12 }}
          {{- with include "catchment.secrets" . }}
          envFrom:
            {{- . | trim | nindent 12 }}
          {{- end }}
          ports:
            - name: {{ ternary "http" "metrics" $isGateway }}
              containerPort: {{ ternary 8080 9464 $isGateway }}
          resources: {{- toYaml .of.resources | nindent 12 }}
          {{- include "catchment.probes" . | nindent 10 }}
          volumeMounts:
            {{- include "catchment.mounts" . | nindent 12 }}
      volumes:
        {{- include "catchment.volumes" . | nindent 8 }}
{{- end -}}
