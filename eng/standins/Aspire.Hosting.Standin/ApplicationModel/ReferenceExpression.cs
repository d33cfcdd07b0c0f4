using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A string with parts that become known only while the application starts.</summary>
public class ReferenceExpression : IValueProvider, IManifestExpressionProvider
{
    private readonly IReadOnlyList<object> _parts;

    internal ReferenceExpression(IReadOnlyList<object> parts) => _parts = parts;

    /// <inheritdoc/>
    public string ValueExpression =>
        string.Concat(_parts.Select(part => part is IManifestExpressionProvider provider ? provider.ValueExpression : (string)part));

    /// <summary>The parts whose values are not known yet.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders => [.. _parts.OfType<IValueProvider>()];

    /// <summary>Takes an interpolated string as it stands; its holes are resolved by <see cref="GetValueAsync(CancellationToken)"/>.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => new(handler.Parts);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part is IValueProvider provider ? await provider.GetValueAsync(context, cancellationToken) : (string)part);
        }

        return text.ToString();
    }

    /// <summary>Collects the literals and the holes of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler
    {
        /// <summary>Called by the compiler.</summary>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount) => Parts = new(2 * formattedCount + 1);

        internal List<object> Parts { get; }

        /// <summary>Called by the compiler for text.</summary>
        public void AppendLiteral(string value) => Parts.Add(value);

        /// <summary>Called by the compiler for a string that is known already.</summary>
        public void AppendFormatted(string? value) => Parts.Add(value ?? "");

        /// <summary>Called by the compiler for a value to be resolved later.</summary>
        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => Parts.Add(valueProvider);

        /// <summary>Called by the compiler for a resource that has a value.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => Parts.Add(valueProvider.Resource);
    }
}

/// <summary>Builds a <see cref="ReferenceExpression"/> piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly List<object> _parts = [];

    /// <summary>Adds text as it is.</summary>
    public void AppendLiteral(string value) => _parts.Add(value);

    /// <summary>Adds a string that is known already.</summary>
    public void AppendFormatted(string? value) => _parts.Add(value ?? "");

    /// <summary>Adds a value to be resolved later.</summary>
    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider => _parts.Add(valueProvider);

    /// <summary>The expression so far.</summary>
    public ReferenceExpression Build() => new([.. _parts]);
}
