namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Where the user of a search is, as Messages and Responses write it alike.</summary>
internal static class SearchPlace
{
    /// <summary>Writes <c>user_location</c>, where the tool has one.</summary>
    public static void Write(Utf8JsonWriter json, Tool tool)
    {
        if (tool.UserPlace is not { } place)
            return;
        json.WriteStartObject("user_location"u8);
        json.WriteString("type"u8, "approximate"u8);
        foreach (var (name, field) in place.Fields())
        {
            if (name != "type")
                field.CopyRaw(json, name);
        }

        json.WriteEndObject();
    }
}
