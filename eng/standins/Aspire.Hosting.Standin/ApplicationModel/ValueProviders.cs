namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something whose value is known only while the application starts.</summary>
public interface IValueProvider
{
    /// <summary>The value as a program on this machine sees it.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    /// <summary>The value as <see cref="ValueProviderContext.Caller"/> sees it: addresses differ inside a container.</summary>
    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default);
}

/// <summary>For whom a value is asked.</summary>
public class ValueProviderContext
{
    /// <summary>The resource that will be given the value.</summary>
    public IResource? Caller { get; init; }
}

/// <summary>Something that has a name in a published manifest.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The placeholder in the manifest, such as <c>{cache.value}</c>.</summary>
    string ValueExpression { get; }
}

/// <summary>A resource that others reach by a connection string.</summary>
public interface IResourceWithConnectionString : IResource, IValueProvider, IManifestExpressionProvider
{
    /// <summary>The connection string, to be resolved when its endpoints are known.</summary>
    ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>The environment variable that carries it; <c>null</c> for <c>ConnectionStrings__NAME</c>.</summary>
    string? ConnectionStringEnvironmentVariable => null;

    /// <summary>The parts of the connection string, each injected as <c>NAME_PART</c>.</summary>
    IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() => [];

    /// <summary>The connection string as a program on this machine needs it.</summary>
    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        ConnectionStringExpression.GetValueAsync(cancellationToken);

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) =>
        ConnectionStringExpression.GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) =>
        ConnectionStringExpression.GetValueAsync(context, cancellationToken);
}
