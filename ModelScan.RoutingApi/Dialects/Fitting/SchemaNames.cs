namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Names inside a JSON Schema, as sets: schemas may have thousands.</summary>
internal static class SchemaNames
{
    /// <summary>The texts of a list, such as <c>required</c>; none where it is no list.</summary>
    public static HashSet<string> NamesIn(this RequestField schema, string keyword)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in schema.Find(keyword) is { IsArray: true } list ? list.Items() : default)
        {
            if (name.IsText)
                names.Add(name.Text);
        }

        return names;
    }

    /// <summary>The members of an object, such as <c>properties</c>; none where it is no object.</summary>
    public static HashSet<string> NamesOf(this RequestField schema, string keyword)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in schema.Find(keyword) is { IsObject: true } owner ? owner.Fields() : default)
            names.Add(name);
        return names;
    }
}
