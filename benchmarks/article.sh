# Makes what `sequential.py` makes, with the nine commands of Microsoft's article.
az() { "$ACR_IDENTITY_AZ" "$@"; }
az identity create --resource-group myResourceGroup --name myACRTasksId
resourceID=$(az identity show --resource-group myResourceGroup --name myACRTasksId --query id --output tsv)
principalID=$(az identity show --resource-group myResourceGroup --name myACRTasksId --query principalId --output tsv)
clientID=$(az identity show --resource-group myResourceGroup --name myACRTasksId --query clientId --output tsv)
az acr task create --registry myregistry --name helloworldtask --context /dev/null --file helloworldtask.yaml \
  --assign-identity "$resourceID"
az acr task show --name helloworldtask --registry myregistry
baseregID=$(az acr show --name mybaseregistry --query id --output tsv)
az role assignment create --assignee "$principalID" --scope "$baseregID" --role acrpull
az acr task credential add --name helloworldtask --registry myregistry --login-server mybaseregistry.azurecr.io \
  --use-identity "$clientID"
