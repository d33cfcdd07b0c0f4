using System.Security.Cryptography;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// A client's body with its top-level <c>model</c> replaced, the gateway's own members taken out and the provider's rules
/// applied. Every other byte is as the client sent it. A small body is written anew; of a large one, in which nothing but the
/// model's value changes as a rule, the client's memory before and behind that value is used. Dispose it to give its memory back.
/// </summary>
internal sealed class BodyRewrite : IDisposable
{
    // Up to this a copy is cheaper than three pieces.
    private const int SmallBody = 4096;

    private readonly ReadOnlyMemory<byte> _before;
    private readonly ReadOnlyMemory<byte> _model;
    private readonly ReadOnlyMemory<byte> _behind;
    private byte[]? _rented;

    private BodyRewrite(ReadOnlyMemory<byte> bytes, byte[]? rented, IReadOnlyList<string> changed) =>
        (_before, _rented, Changed) = (bytes, rented, changed);

    private BodyRewrite(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> model, ReadOnlyMemory<byte> behind) =>
        (_before, _model, _behind, Changed) = (before, model, behind, []);

    /// <summary>Bytes of the body for the provider.</summary>
    public int Length => _before.Length + _model.Length + _behind.Length;

    /// <summary>The body for the provider, until <see cref="Dispose"/>; the client's own memory where nothing had to change.</summary>
    public ReadOnlyMemory<byte> Bytes => _model.IsEmpty ? _before : (byte[])[.. _before.Span, .. _model.Span, .. _behind.Span];

    /// <summary>Members that a rule took out or changed and that the client should hear of.</summary>
    public IReadOnlyList<string> Changed { get; }

    /// <summary>Rewrites <paramref name="body"/>.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="model">The new model as a JSON string, quotes included; put in front when the client named none. Empty to have none in the body.</param>
    /// <param name="rules">The provider's rules, at most 64.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or a rule refuses it.</exception>
    public static BodyRewrite Apply(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> model, IReadOnlyList<MemberRule> rules)
    {
        if (body.Length > SmallBody && !model.IsEmpty && TryReplaceModel(body, model, rules) is { } replaced)
            return replaced;

        // Whatever is thrown leaves the memory to the garbage collector.
        return Write(body, model, rules, isForRouter: false, BytePool.Rent(body.Length + model.Length + 64));
    }

    /// <summary>Changes nothing.</summary>
    public static BodyRewrite None(ReadOnlyMemory<byte> body) => new(body, null, []);

    /// <summary>Replaces the model alone; what clients say to a router stays.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="model">The new model as a JSON string, quotes included; put in front when the client named none.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object.</exception>
    public static BodyRewrite SetModel(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> model) =>
        Write(body, model, [], isForRouter: true, BytePool.Rent(body.Length + model.Length + 64));

    /// <summary>SHA-256 of the body for the provider.</summary>
    public byte[] ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_before.Span);
        hash.AppendData(_model.Span);
        hash.AppendData(_behind.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>Writes the body to a provider.</summary>
    public async ValueTask WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_before, cancellationToken);
        if (_model.IsEmpty)
            return;
        await stream.WriteAsync(_model, cancellationToken);
        await stream.WriteAsync(_behind, cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
            BytePool.Return(rented);
    }

    /// <summary>The same with more bytes in it; this one is given back.</summary>
    /// <param name="insertions">What goes in, by ascending offset.</param>
    public BodyRewrite Insert(IReadOnlyList<Insertion> insertions)
    {
        if (insertions.Count == 0)
            return this;
        var bytes = Bytes;
        var length = bytes.Length + insertions.Sum(insertion => insertion.Bytes.Length);
        var rented = BytePool.Rent(length);
        var output = new Output(rented);
        var copied = 0;
        foreach (var (at, added) in insertions)
        {
            output.Add(bytes.Span[copied..at]);
            output.Add(added.Span);
            copied = at;
        }

        output.Add(bytes.Span[copied..]);
        var result = new BodyRewrite(output.Written, output.Buffer, Changed);
        Dispose();
        return result;
    }

    // Where more has to change than the value of one model, there is no such short way.
    private static BodyRewrite? TryReplaceModel(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> model, IReadOnlyList<MemberRule> rules)
    {
        var (start, end) = (-1, -1);
        var members = new BodyMembers(body.Span);
        while (members.Read())
        {
            var value = body[members.ValueStart..members.ValueEnd];
            if (members.NameIs("model"u8))
            {
                if (start >= 0)
                    return null;
                (start, end) = (members.ValueStart, members.ValueEnd);
            }
            else if (members.NameIs("routing_preferences"u8) || members.NameIs("routing_policy"u8) || IsChanged(ref members, value, rules))
            {
                return null;
            }
        }

        for (var i = 0; i < rules.Count; i++)
        {
            if (!rules[i].WhenAbsent.IsEmpty)
                return null;
        }

        return start < 0 ? null
            : body.Span[start..end].SequenceEqual(model.Span) ? new BodyRewrite(body, null, [])
            : new BodyRewrite(body[..start], model, body[end..]);
    }

    private static bool IsChanged(ref BodyMembers members, ReadOnlyMemory<byte> value, IReadOnlyList<MemberRule> rules)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (members.NameIs(rules[i].Utf8Name.Span) && (rules[i].RenamedTo is not null || rules[i].Replace?.Invoke(value)?.Equals(value) != true))
                return true;
        }

        return false;
    }

    // Kept members are copied together with what stands before them, which keeps the client's blanks and line breaks. What goes
    // in new goes in front, where one comma at most is needed.
    private static BodyRewrite Write(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> model, IReadOnlyList<MemberRule> rules, bool isForRouter, byte[] rented)
    {
        var span = body.Span;
        var output = new Output(rented);
        var seen = 0UL;
        List<string>? changed = null;
        (string Name, bool IsThere)? looked = null;
        var (sawModel, rewritten, anyKept) = (false, false, false);
        var previousEnd = 0;
        var insertAt = -1;
        var members = new BodyMembers(span);
        while (members.Read())
        {
            if (insertAt < 0)
            {
                output.Add(span[..members.ObjectStart]);
                insertAt = output.Length;
                previousEnd = members.ObjectStart;
            }

            var value = body[members.ValueStart..members.ValueEnd];
            ReadOnlyMemory<byte>? replacement = value;
            string? renamed = null;
            if (members.NameIs("model"u8))
            {
                sawModel = true;
                replacement = model.IsEmpty ? default(ReadOnlyMemory<byte>?) : model;
            }
            else if (!isForRouter && (members.NameIs("routing_preferences"u8) || members.NameIs("routing_policy"u8)))
            {
                replacement = null;
            }
            else
            {
                // Several rules may speak of one member: each gets what the one before it made.
                for (var i = 0; i < rules.Count && replacement is { } before; i++)
                {
                    if (!members.NameIs(rules[i].Utf8Name.Span))
                        continue;
                    seen |= 1UL << i;
                    replacement = rules[i].Replace?.Invoke(before);
                    renamed = rules[i].RenamedTo ?? renamed;
                    if (rules[i].IsReported && (replacement is not { } after || !after.Span.SequenceEqual(before.Span)) && changed?.Contains(rules[i].ReportedAs) != true)
                        (changed ??= []).Add(rules[i].ReportedAs);
                }
            }

            // A member that is there twice is looked for once.
            if (renamed is not null && looked?.Name != renamed)
                looked = (renamed, HasMember(span, renamed));
            if (renamed is not null && looked is { IsThere: true })
                replacement = null;
            if (replacement is { } kept)
            {
                // A member that has become the first one does not need the comma that stood before it.
                var from = anyKept || previousEnd == members.ObjectStart ? previousEnd : members.NameStart;
                output.Add(span[from..(renamed is null ? members.ValueStart : members.NameStart)]);
                if (renamed is not null)
                    output.Add(System.Text.Encoding.UTF8.GetBytes($"\"{renamed}\":"));
                output.Add(kept.Span);
                anyKept = true;
                rewritten |= renamed is not null || !kept.Span.SequenceEqual(value.Span);
            }
            else
            {
                rewritten = true;
            }

            previousEnd = members.ValueEnd;
        }

        if (insertAt < 0)
        {
            output.Add(span[..members.ObjectStart]);
            insertAt = output.Length;
            previousEnd = members.ObjectStart;
        }

        output.Add(span[previousEnd..]);
        if (!sawModel && !model.IsEmpty)
        {
            output.Insert(insertAt, "\"model\":"u8, model.Span, anyKept);
            (rewritten, anyKept) = (true, true);
        }

        for (var i = 0; i < rules.Count; i++)
        {
            if ((seen & (1UL << i)) != 0 || rules[i].WhenAbsent.IsEmpty)
                continue;
            output.Insert(insertAt, [.. "\""u8, .. rules[i].Utf8Name.Span, .. "\":"u8], rules[i].WhenAbsent.Span, anyKept);
            (rewritten, anyKept) = (true, true);
        }

        if (rewritten)
            return new BodyRewrite(output.Written, output.Buffer, changed ?? []);
        BytePool.Return(output.Buffer);
        return new BodyRewrite(body, null, changed ?? []);
    }

    private static bool HasMember(ReadOnlySpan<byte> body, string name)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(name);
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs(utf8))
                return true;
        }

        return false;
    }

    private ref struct Output(byte[] buffer)
    {
        public byte[] Buffer { get; private set; } = buffer;

        public int Length { get; private set; }

        public readonly ReadOnlyMemory<byte> Written => Buffer.AsMemory(0, Length);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (Length + bytes.Length > Buffer.Length)
                Grow(bytes.Length);
            bytes.CopyTo(Buffer.AsSpan(Length));
            Length += bytes.Length;
        }

        public void Insert(int at, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value, bool comma)
        {
            var more = name.Length + value.Length + (comma ? 1 : 0);
            if (Length + more > Buffer.Length)
                Grow(more);
            Buffer.AsSpan(at, Length - at).CopyTo(Buffer.AsSpan(at + more));
            name.CopyTo(Buffer.AsSpan(at));
            value.CopyTo(Buffer.AsSpan(at + name.Length));
            if (comma)
                Buffer[at + more - 1] = (byte)',';
            Length += more;
        }

        private void Grow(int more)
        {
            var larger = BytePool.Rent((Length + more) * 2);
            Buffer.AsSpan(0, Length).CopyTo(larger);
            BytePool.Return(Buffer);
            Buffer = larger;
        }
    }
}
