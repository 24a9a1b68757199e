# Signs in as a pipeline does, to the cloud of the environment.
az() { "$ACR_IDENTITY_AZ" "$@"; }
az cloud register --name measured --endpoint-resource-manager "${AZURE_AUTHORITY_HOST}" >&2 || true
az cloud set --name measured
az login --service-principal --username "$AZURE_CLIENT_ID" --password "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID"
