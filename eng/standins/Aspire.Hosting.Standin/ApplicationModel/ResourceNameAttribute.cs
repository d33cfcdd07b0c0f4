namespace Aspire.Hosting.ApplicationModel;

/// <summary>Marks the parameter that names a resource; Aspire's own analyzer checks it, a stand-in does not.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ResourceNameAttribute : Attribute;
