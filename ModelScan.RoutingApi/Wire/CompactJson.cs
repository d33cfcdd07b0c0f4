namespace ModelScan.RoutingApi.Wire;

/// <summary>Takes the white space out of JSON, and changes nothing else: numbers, escapes and the order of members stay.</summary>
internal static class CompactJson
{
    /// <summary>The valid JSON value <paramref name="json"/> without white space between its tokens.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        var length = 0;
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var next = json[i];
            if (inText)
            {
                compact[length++] = next;
                if (next == '\\')
                    compact[length++] = json[++i];
                else
                    inText = next != '"';
            }
            else if (next is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                compact[length++] = next;
                inText = next == '"';
            }
        }

        return compact[..length];
    }
}
