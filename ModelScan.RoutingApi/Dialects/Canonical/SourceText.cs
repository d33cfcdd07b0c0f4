namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>A text of a request: as it stands there, escapes and all, or one of the gateway's own.</summary>
internal readonly struct SourceText
{
    private readonly RequestField? _field;
    private readonly string? _text;

    /// <summary>A text of the gateway's own.</summary>
    public SourceText(string text) => _text = text;

    /// <summary>A string of the request.</summary>
    /// <exception cref="InvalidRequestException">It is no string.</exception>
    public SourceText(RequestField field) => _field = field.AsText();

    public bool IsEmpty => _field is { } given ? given.IsEmptyText : string.IsNullOrEmpty(_text);

    /// <summary>Whether there is nothing but white space in it.</summary>
    public bool IsBlank => _field is { } given
        ? given.IsEmptyText || ((given.Raw[1] is (byte)' ' or (byte)'\\' or > 127) && string.IsNullOrWhiteSpace(given.Text))
        : string.IsNullOrWhiteSpace(_text);

    /// <summary>Bytes of it in JSON.</summary>
    public int Length => _field?.Raw.Length ?? _text?.Length ?? 0;

    public static implicit operator SourceText(string text) => new(text);

    public override string ToString() => _field?.Text ?? _text ?? "";

    /// <summary>Writes a member.</summary>
    public void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WritePropertyName(name);
        WriteValue(json);
    }

    /// <summary>Writes the value.</summary>
    public void WriteValue(Utf8JsonWriter json)
    {
        if (_field is { } field)
            json.WriteRawValue(field.Raw, skipInputValidation: true);
        else
            json.WriteStringValue(_text ?? "");
    }
}
